-- The sub-ledger by control account as intervals, so that the balance of any day is a filter over few rows.
with values_by_day as (
    select company, account, entry_date as change_date, sum(base_amount) as base_amount, 0 as n_without_rate
    from {{ ref('int_tie_out__movements') }}
    group by company, account, entry_date
),

-- items nobody knows a rate for are in no sum; they are counted while they are open
without_rate as (
    select balances.company, balances.item_id, balances.valid_from, balances.valid_to, items.receivable_account as account
    from {{ ref('fct_open_balance') }} as balances
    inner join {{ ref('dim_receivable_item') }} as items
        on balances.item_id = items.item_id and items.is_current
    where balances.open_base is null
),

changes as (
    select company, account, change_date, base_amount, n_without_rate from values_by_day
    union all
    select company, account, valid_from as change_date, 0 as base_amount, 1 as n_without_rate from without_rate
    union all
    select company, account, valid_to as change_date, 0 as base_amount, -1 as n_without_rate from without_rate
    where valid_to is not null
),

days as (
    select
        company,
        account,
        change_date,
        sum(coalesce(base_amount, 0)) as base_amount,
        sum(n_without_rate) as n_without_rate
    from changes
    group by company, account, change_date
)

select
    company,
    account,
    change_date as valid_from,
    lead(change_date) over (partition by company, account order by change_date) as valid_to,
    cast(sum(base_amount) over (partition by company, account order by change_date) as decimal(38, 4)) as subledger_base,
    cast(sum(n_without_rate) over (partition by company, account order by change_date) as bigint) as n_without_rate
from days
