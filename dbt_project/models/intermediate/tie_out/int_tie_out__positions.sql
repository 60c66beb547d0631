-- Sub-ledger against ledger, on every day the ledger gives a balance for. `tied_on` is the last such day before on which
-- the two were the same: what either held by then is not what keeps them apart now.
with movements as (
    select company, account, entry_date, sum(base_amount) as base_amount
    from {{ ref('int_tie_out__movements') }}
    group by company, account, entry_date
),

compared as (
    select
        ledger.company,
        ledger.account,
        ledger.as_of,
        ledger.balance as gl_balance,
        ledger.taken_at,
        ledger.is_time_given,
        cast(coalesce(sum(movements.base_amount), 0) as decimal(38, 4)) as subledger_base
    from {{ ref('fct_gl_balance') }} as ledger
    left join movements
        on
            ledger.company = movements.company
            and ledger.account = movements.account
            and ledger.as_of >= movements.entry_date
    group by ledger.company, ledger.account, ledger.as_of, ledger.balance, ledger.taken_at, ledger.is_time_given
)

select
    company,
    account,
    as_of,
    gl_balance,
    taken_at,
    is_time_given,
    cast({{ add_days('as_of', '1') }} as timestamp) as next_day,
    subledger_base,
    cast(subledger_base - gl_balance as decimal(38, 4)) as difference,
    max(case when subledger_base = gl_balance then as_of end) over (
        partition by company, account
        order by as_of
        rows between unbounded preceding and 1 preceding
    ) as tied_on
from compared
