{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

-- depends_on: {{ ref('int_ledger__touched') }}
select
    item_id,
    known_from,
    known_to,
    is_current,
    company,
    document_id,
    instalment_no,
    document_type,
    number,
    customer_id,
    issue_date,
    due_date,
    is_due_date_missing,
    currency,
    cast(sign * amount as decimal(18, 4)) as amount,
    base_currency,
    fx_rate,
    minor_units,
    receivable_account,
    is_ceded,
    is_credit,
    source,
    batch_id,
    source_line
from {{ ref('int_ledger__item_states') }}
