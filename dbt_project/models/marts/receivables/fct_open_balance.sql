-- Balances as validity intervals: from the day of a movement until the day before the next one.
-- Only days on which something is open have a row, so an as-of question is a filter.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

with days as (
    select
        company,
        item_id,
        document_id,
        entry_date,
        sum(amount) as amount,
        sum(base_amount) as base_amount,
        count(*) - count(base_amount) as n_without_base
    from {{ ref('fct_receivable_entry') }} as entries
    where known_to is null and {{ touched_only('entries') }}
    group by company, item_id, document_id, entry_date
),

balances as (
    select
        company,
        item_id,
        document_id,
        entry_date as valid_from,
        lead(entry_date) over (partition by item_id order by entry_date) as valid_to,
        sum(amount) over (partition by item_id order by entry_date) as open_amount,
        sum(base_amount) over (partition by item_id order by entry_date) as open_base,
        sum(n_without_base) over (partition by item_id order by entry_date) as n_without_base
    from days
)

select
    item_id,
    valid_from,
    valid_to,
    company,
    document_id,
    cast(open_amount as decimal(18, 4)) as open_amount,
    cast(case when n_without_base = 0 then open_base end as decimal(18, 4)) as open_base
from balances
where open_amount <> 0 or open_base <> 0
