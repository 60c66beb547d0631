-- Every signed movement of every item in its document's currency, with when it was known.
{{ config(materialized='view') }}

select
    item_id,
    company,
    document_id,
    counter_document_id,
    counter_document_type,
    application_id,
    entry_type,
    entry_date,
    amount,
    base_only_amount,
    known_from,
    known_to
from {{ ref('int_ledger__booked_movements') }}

union all

select
    item_id,
    company,
    document_id,
    cast(null as string) as counter_document_id,
    cast(null as string) as counter_document_type,
    cast(null as string) as application_id,
    entry_type,
    entry_date,
    amount,
    base_only_amount,
    known_from,
    known_to
from {{ ref('int_ledger__list_settlements') }}
