-- If this fails, the ledger and the balances people read have come apart: what moved is not what is open.
with entries as (
    select item_id, sum(amount) as amount, sum(base_amount) as base_amount
    from {{ ref('fct_receivable_entry') }} as all_entries
    where known_to is null and {{ touched_only('all_entries') }}
    group by item_id
),

balances as (
    select item_id, open_amount, open_base
    from {{ ref('fct_open_balance') }} as all_balances
    where valid_to is null and {{ touched_only('all_balances') }}
)

select coalesce(entries.item_id, balances.item_id) as item_id, entries.amount, balances.open_amount
from entries
full outer join balances on entries.item_id = balances.item_id
where
    coalesce(entries.amount, 0) <> coalesce(balances.open_amount, 0)
    or (balances.open_base is not null and coalesce(entries.base_amount, 0) <> balances.open_base)
