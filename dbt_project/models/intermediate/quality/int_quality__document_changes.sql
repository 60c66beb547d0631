-- Documents that changed customer or currency after something was applied to them. One row per document and kind.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

with replaced as (
    select *
    from {{ ref('stg_cartera__document_versions') }} as versions
    where known_to is not null and {{ touched_only('versions') }}
),

changes as (
    select
        later.*,
        replaced.currency as currency_before,
        replaced.customer_id as customer_before,
        replaced.currency <> later.currency as is_other_currency,
        coalesce(replaced.customer_id, '') <> coalesce(later.customer_id, '') as is_other_customer
    from replaced
    inner join {{ ref('stg_cartera__document_versions') }} as later
        on
            replaced.company = later.company
            and replaced.document_id = later.document_id
            and replaced.known_to = later.known_from
    where replaced.currency <> later.currency or coalesce(replaced.customer_id, '') <> coalesce(later.customer_id, '')
),

applied as (
    select changes.company, changes.document_id, min(applications.known_from) as first_known_from
    from changes
    inner join {{ ref('stg_cartera__application_versions') }} as applications
        on
            changes.company = applications.company
            and changes.document_id = applications.to_document_id
            and applications.is_current
    group by changes.company, changes.document_id

    union all

    select changes.company, changes.document_id, min(applications.known_from) as first_known_from
    from changes
    inner join {{ ref('stg_cartera__application_versions') }} as applications
        on
            changes.company = applications.company
            and changes.document_id = applications.from_document_id
            and applications.is_current
    group by changes.company, changes.document_id
),

first_applied as (
    select company, document_id, min(first_known_from) as first_known_from
    from applied
    group by company, document_id
),

late as (
    select changes.*
    from changes
    inner join first_applied
        on
            changes.company = first_applied.company
            and changes.document_id = first_applied.document_id
            and changes.known_from > first_applied.first_known_from
),

told as (
    select
        'customer_changed' as kind,
        coalesce(customer_before, 'unidentified') as other,
        *,
        row_number() over (partition by company, document_id order by known_from desc) as recency
    from late
    where is_other_customer

    union all

    select
        'currency_changed' as kind,
        currency_before as other,
        *,
        row_number() over (partition by company, document_id order by known_from desc) as recency
    from late
    where is_other_currency
)

select
    company,
    kind,
    document_id as subject,
    document_id,
    cast(null as bigint) as instalment_no,
    customer_id,
    other,
    issue_date as exception_date,
    amount,
    currency,
    known_from,
    source,
    batch_id,
    source_line
from told
where recency = 1
