-- If this fails, settling changed what customers owe: between documents of one currency the two sides cancel out.
with documents as (
    select company, document_id, document_type, currency, clearing_group
    from {{ ref('stg_cartera__document_versions') }}
    where is_current
),

in_one_currency as (
    select applications.company, applications.application_id
    from {{ ref('stg_cartera__application_versions') }} as applications
    inner join documents as from_documents
        on
            applications.company = from_documents.company
            and applications.from_document_id = from_documents.document_id
    inner join documents as to_documents
        on
            applications.company = to_documents.company
            and applications.to_document_id = to_documents.document_id
            and from_documents.currency = to_documents.currency
    where applications.is_current

    union all

    select company, 'clearing ' || clearing_group as application_id
    from documents
    where clearing_group is not null and document_type <> 'revaluation'
    group by company, clearing_group
    having count(distinct currency) = 1
),

moved as (
    select distinct company, application_id
    from {{ ref('fct_receivable_entry') }} as entries
    where application_id is not null and {{ touched_only('entries') }}
)

select
    entries.company,
    entries.application_id,
    sum(entries.amount) as left_over
from {{ ref('fct_receivable_entry') }} as entries
inner join moved
    on entries.company = moved.company and entries.application_id = moved.application_id
inner join in_one_currency
    on entries.company = in_one_currency.company and entries.application_id = in_one_currency.application_id
where entries.known_to is null
group by entries.company, entries.application_id
having sum(entries.amount) <> 0
