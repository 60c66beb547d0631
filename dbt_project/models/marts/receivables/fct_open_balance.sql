-- Balances as validity intervals: from the day of a movement until the day before the next one.
-- Only days on which something is open have a row, so an as-of question is a filter; what an age is counted from stands
-- beside the balance, so that an ageing reads nothing else.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

with days as (
    select
        item_id,
        entry_date,
        sum(amount) as amount,
        sum(base_amount) as base_amount,
        count(*) - count(base_amount) as n_without_base
    from {{ ref('fct_receivable_entry') }} as entries
    where known_to is null and {{ touched_only('entries') }}
    group by item_id, entry_date
),

balances as (
    select
        item_id,
        entry_date as valid_from,
        lead(entry_date) over (partition by item_id order by entry_date) as valid_to,
        sum(amount) over (partition by item_id order by entry_date) as open_amount,
        sum(base_amount) over (partition by item_id order by entry_date) as open_base,
        sum(n_without_base) over (partition by item_id order by entry_date) as n_without_base
    from days
),

items as (
    select item_id, company, document_id, customer_id, issue_date, due_date, is_credit
    from {{ ref('dim_receivable_item') }} as all_items
    where is_current and {{ touched_only('all_items') }}
)

select
    balances.item_id,
    balances.valid_from,
    balances.valid_to,
    items.company,
    items.document_id,
    items.customer_id,
    items.issue_date,
    items.due_date,
    items.is_credit,
    cast(balances.open_amount as decimal(18, 4)) as open_amount,
    cast(case when balances.n_without_base = 0 then balances.open_base end as decimal(18, 4)) as open_base
from balances
inner join items on balances.item_id = items.item_id
where balances.open_amount <> 0 or balances.open_base <> 0
