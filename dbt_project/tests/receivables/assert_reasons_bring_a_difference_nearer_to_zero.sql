-- If this fails, a difference is called explained that is not: a reason was taken that does not help, or without which less is
-- left. What was recorded later rests on what was recorded after the balance was taken: without the one there is not the other.
with reasons as (
    select company, account, as_of, reason, amount
    from {{ ref('fct_tie_out_reason') }}
    where explains
),

positions as (
    select
        ledger.company,
        ledger.account,
        ledger.as_of,
        coalesce(control.subledger_base, 0) - ledger.balance as difference
    from {{ ref('fct_gl_balance') }} as ledger
    left join {{ ref('fct_control_balance') }} as control
        on
            ledger.company = control.company
            and ledger.account = control.account
            and ledger.as_of >= control.valid_from
            and (control.valid_to is null or ledger.as_of < control.valid_to)
),

left_over as (
    select
        positions.company,
        positions.account,
        positions.as_of,
        positions.difference - sum(reasons.amount) as amount
    from positions
    inner join reasons
        on
            positions.company = reasons.company
            and positions.account = reasons.account
            and positions.as_of = reasons.as_of
    group by positions.company, positions.account, positions.as_of, positions.difference
)

select reasons.company, reasons.account, reasons.as_of, reasons.reason, reasons.amount, left_over.amount as left_over
from reasons
inner join left_over
    on
        reasons.company = left_over.company
        and reasons.account = left_over.account
        and reasons.as_of = left_over.as_of
left join reasons as resting
    on
        reasons.company = resting.company
        and reasons.account = resting.account
        and reasons.as_of = resting.as_of
        and reasons.reason = 'cut_off'
        and resting.reason = 'cut_off_recorded_later'
where abs(left_over.amount + reasons.amount + coalesce(resting.amount, 0)) <= abs(left_over.amount)
