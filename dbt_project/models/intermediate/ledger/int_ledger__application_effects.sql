-- When each application moves money, under each state of knowledge about itself and its two documents.
-- An application counts only while both documents stand, and ends when one of them is cancelled.
with applications as (
    select * from {{ ref('stg_cartera__application_versions') }}
),

-- a row about base currency only has no amount that could be settled
documents as (
    select *
    from {{ ref('int_ledger__document_states') }}
    where stands and document_type <> 'revaluation'
),

paired as (
    select
        applications.company,
        applications.application_id,
        applications.from_document_id,
        applications.to_document_id,
        applications.to_instalment_no,
        applications.spread,
        applications.amount as to_amount,
        case
            -- in one currency the two together never change, whatever is said of the other side
            when from_documents.currency = to_documents.currency then applications.amount
            when applications.from_amount is not null then applications.from_amount
            else cast({{ share_of(
                'applications.amount', 'to_documents.fx_rate', 'from_documents.fx_rate',
                'from_documents.currency_minor_units', decimals=12
            ) }} as decimal(18, 4))
        end as from_amount,
        from_documents.document_type as from_document_type,
        to_documents.document_type as to_document_type,
        from_documents.sign as from_sign,
        to_documents.sign as to_sign,
        from_documents.currency_minor_units as from_minor_units,
        to_documents.currency_minor_units as to_minor_units,
        -- no rule lets money move before both documents exist: a document dated later may not change an earlier day
        {% if env_var('CARTERA_APPLICATION_DATE_RULE', 'latest') == 'latest_document' -%}
            greatest(from_documents.issue_date, to_documents.issue_date)
        {%- else -%}
            greatest(applications.applied_on, from_documents.issue_date, to_documents.issue_date)
        {%- endif %} as effective_on,
        least(
            coalesce(from_documents.ended_on, to_documents.ended_on),
            coalesce(to_documents.ended_on, from_documents.ended_on)
        ) as ended_on,
        greatest(applications.known_from, from_documents.known_from, to_documents.known_from) as known_from,
        least(
            coalesce(applications.known_to, timestamp '9999-12-31 00:00:00'),
            coalesce(from_documents.known_to, timestamp '9999-12-31 00:00:00'),
            coalesce(to_documents.known_to, timestamp '9999-12-31 00:00:00')
        ) as known_to
    from applications
    inner join documents as from_documents
        on
            applications.company = from_documents.company
            and applications.from_document_id = from_documents.document_id
    inner join documents as to_documents
        on
            applications.company = to_documents.company
            and applications.to_document_id = to_documents.document_id
)

select
    company,
    application_id,
    from_document_id,
    to_document_id,
    to_instalment_no,
    spread,
    to_amount,
    from_amount,
    from_document_type,
    to_document_type,
    from_sign,
    to_sign,
    from_minor_units,
    to_minor_units,
    effective_on,
    ended_on,
    known_from,
    case when known_to < timestamp '9999-12-31 00:00:00' then known_to end as known_to
from paired
where
    known_from < known_to
    -- between two currencies without an amount or a rate, one side would move and the other not
    and from_amount is not null
    -- an application that ends before it takes effect never moved anything
    and (ended_on is null or effective_on < ended_on)
