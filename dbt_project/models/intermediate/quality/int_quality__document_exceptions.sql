-- Documents that say something odd of themselves and are kept. One row per document and kind.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

with suspects as (
    select
        documents.*,
        companies.functional_currency,
        documents.status <> 'draft' and not (
            documents.status = 'cancelled' and (documents.cancel_mode = 'erase' or documents.cancelled_on is null)
        ) as stands
    from {{ ref('stg_cartera__document_versions') }} as documents
    inner join {{ ref('int_ledger__companies') }} as companies
        on documents.company = companies.company
    where
        documents.is_current
        and (
            documents.due_date < documents.issue_date
            or documents.customer_id is null
            or documents.currency <> companies.functional_currency
            or documents.status = 'cancelled'
            or documents.document_type = 'revaluation'
        )
        and {{ touched_only('documents') }}
),

valued as (
    select
        suspects.*,
        suspects.stands
        and suspects.document_type <> 'revaluation'
        and suspects.currency <> suspects.functional_currency as needs_rate,
        rates.valid_from as rate_date,
        versions.fx_rate as rate_used
    from suspects
    left join {{ ref('int_ledger__document_states') }} as versions
        on
            suspects.company = versions.company
            and suspects.document_id = versions.document_id
            and versions.is_current
    left join {{ ref('int_ledger__fx_rates') }} as rates
        on
            suspects.fx_rate is null
            and suspects.currency = rates.from_currency
            and suspects.functional_currency = rates.to_currency
            and suspects.issue_date >= rates.valid_from
            and (rates.valid_to is null or suspects.issue_date < rates.valid_to)
),

told as (
    select 'due_before_issue' as kind, cast(due_date as string) as other, *
    from valued
    -- an opening balance is a journal of the day it was taken over, with the due date it has had all along
    where stands and due_date < issue_date and document_type <> 'journal'

    union all

    select 'customer_missing' as kind, cast(null as string) as other, *
    from valued
    where stands and customer_id is null

    union all

    select 'cancelled_without_date' as kind, cast(null as string) as other, *
    from valued
    where status = 'cancelled' and cancelled_on is null and cancel_mode = 'reverse'

    union all

    select 'cancelled_before_issue' as kind, cast(cancelled_on as string) as other, *
    from valued
    where stands and status = 'cancelled' and cancelled_on < issue_date

    union all

    select 'base_amount_missing' as kind, cast(null as string) as other, *
    from valued
    where stands and document_type = 'revaluation' and base_amount is null

    union all

    select 'rate_missing' as kind, currency as other, *
    from valued
    where needs_rate and rate_used is null and fx_rate is null and rate_date is null

    union all

    select 'value_too_large' as kind, currency as other, *
    from valued
    where needs_rate and rate_used is null and (fx_rate is not null or rate_date is not null)

    union all

    select 'rate_stale' as kind, cast(rate_date as string) as other, *
    from valued
    where needs_rate and rate_used is not null and {{ days_between('rate_date', 'issue_date') }} > 31
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
