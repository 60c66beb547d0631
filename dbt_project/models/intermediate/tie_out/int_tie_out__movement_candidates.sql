{{ config(materialized='view') }}

-- What movements of the sub-ledger may keep it from the ledger, each movement for the first reason that fits:
-- cut_off                 recorded after the balance was taken, so the balance can't hold it
-- cut_off_recorded_later  recorded after the balance's day, by the source's own time, where nobody says when the balance
--                         was taken: it may not hold it
-- revaluation_subledger   base-only rows
-- manual_journals         journals since the two last agreed; opening balances, journals dated before anything else of
--                         the company, are none
-- A load time says no more than the day: what arrived on the day the balance did is not late.
with positions as (
    select * from {{ ref('int_tie_out__positions') }}
    where difference <> 0
),

first_days as (
    select company, min(entry_date) as first_day
    from {{ ref('int_tie_out__movements') }}
    where kind <> 'journal'
    group by company
),

placed as (
    select
        positions.company,
        positions.account,
        positions.as_of,
        case
            when
                movements.moment > positions.taken_at
                and (not movements.is_load_time or cast(movements.moment as date) > cast(positions.taken_at as date))
                then 'cut_off'
            when
                not positions.is_time_given and not movements.is_load_time
                and movements.moment >= positions.next_day
                then 'cut_off_recorded_later'
            when movements.kind = 'base_only' then 'revaluation_subledger'
            when
                movements.kind = 'journal'
                and (positions.tied_on is null or movements.entry_date > positions.tied_on)
                and movements.entry_date >= first_days.first_day
                then 'manual_journals'
        end as reason,
        movements.base_amount,
        movements.n_movements,
        movements.n_events
    from positions
    inner join {{ ref('int_tie_out__movements') }} as movements
        on
            positions.company = movements.company
            and positions.account = movements.account
            and positions.as_of >= movements.entry_date
    left join first_days on positions.company = first_days.company
    where movements.kind in ('base_only', 'journal') or movements.moment is not null
)

select
    company,
    account,
    as_of,
    reason,
    cast(sum(base_amount) as decimal(38, 4)) as amount,
    -- of what is late, what was taken back is a row, too
    cast(sum(case when reason in ('cut_off', 'cut_off_recorded_later') then n_events else n_movements end) as bigint) as n_rows
from placed
where reason is not null
group by company, account, as_of, reason
