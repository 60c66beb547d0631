-- If this fails, settling changed what customers owe: between documents of one currency the two sides cancel out.
with moved as (
    select distinct company, application_id
    from {{ ref('fct_receivable_entry') }} as entries
    where application_id is not null and {{ touched_only('entries') }}
),

-- few: of most applications nothing is left, whatever the currencies
left_over as (
    select entries.company, entries.application_id, sum(entries.amount) as left_over
    from {{ ref('fct_receivable_entry') }} as entries
    where
        entries.known_to is null
        and {{ key_is_among('entries', ['company', 'application_id'], 'moved') }}
    group by entries.company, entries.application_id
    having sum(entries.amount) <> 0
),

documents as (
    select company, document_id, document_type, currency, clearing_group
    from {{ ref('stg_cartera__document_versions') }}
    where is_current
),

applications as (
    select company, application_id, from_document_id, to_document_id
    from {{ ref('stg_cartera__application_versions') }} as versions
    where is_current and {{ key_is_among('versions', ['company', 'application_id'], 'left_over') }}
),

in_one_currency as (
    select applications.company, applications.application_id
    from applications
    inner join documents as from_documents
        on
            applications.company = from_documents.company
            and applications.from_document_id = from_documents.document_id
    inner join documents as to_documents
        on
            applications.company = to_documents.company
            and applications.to_document_id = to_documents.document_id
            and from_documents.currency = to_documents.currency

    union all

    select company, 'clearing ' || clearing_group as application_id
    from documents
    where clearing_group is not null and document_type <> 'revaluation'
    group by company, clearing_group
    having count(distinct currency) = 1
)

select left_over.company, left_over.application_id, left_over.left_over
from left_over
inner join in_one_currency
    on
        left_over.company = in_one_currency.company
        and left_over.application_id = in_one_currency.application_id
