-- If this fails, the account is compared with something else than the open items people see.
with control as (
    select company, account, subledger_base
    from {{ ref('fct_control_balance') }}
    where valid_to is null
),

open_items as (
    select items.company, items.receivable_account as account, sum(balances.open_base) as open_base
    from {{ ref('fct_open_balance') }} as balances
    inner join {{ ref('dim_receivable_item') }} as items
        on balances.item_id = items.item_id and items.is_current
    where balances.valid_to is null
    group by items.company, items.receivable_account
)

select coalesce(control.company, open_items.company) as company, control.subledger_base, open_items.open_base
from control
full outer join open_items on control.company = open_items.company and control.account = open_items.account
where coalesce(control.subledger_base, 0) <> coalesce(open_items.open_base, 0)
