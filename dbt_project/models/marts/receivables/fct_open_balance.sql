{{ config(materialized='view') }}

select
    item_id,
    valid_from,
    valid_to,
    company,
    document_id,
    open_amount,
    open_base
from {{ ref('int_ledger__open_balances') }}
