-- For each account and day: from which moment on a movement of that day is late for some balance of the ledger, recorded
-- after the balance was taken or after its day. Joined by equality, it leaves almost all movements out of the search.
with ledger as (
    select
        company,
        account,
        as_of,
        min(
            case when cast(taken_at as date) <= as_of then taken_at else cast({{ add_days('as_of', '1') }} as timestamp) end
        ) over (
            partition by company, account
            order by as_of
            rows between current row and unbounded following
        ) as late_from,
        lag(as_of) over (partition by company, account order by as_of) as balance_before
    from {{ ref('fct_gl_balance') }}
)

select
    ledger.company,
    ledger.account,
    days.date_day as entry_date,
    ledger.late_from
from ledger
inner join {{ ref('int_calendar__days') }} as days
    on
        ledger.as_of >= days.date_day
        and (ledger.balance_before is null or ledger.balance_before < days.date_day)
