{{ config(materialized='view') }}

select
    company,
    entry_id,
    item_id,
    document_id,
    customer_id,
    entry_date,
    entry_type,
    counter_document_id,
    counter_document_type,
    application_id,
    currency,
    amount,
    base_currency,
    base_amount,
    receivable_account,
    known_from,
    known_to
from {{ ref('int_ledger__entries') }}
