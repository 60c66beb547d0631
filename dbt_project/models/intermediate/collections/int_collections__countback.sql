-- Days sales outstanding by exhaustion: month billings are taken off the receivables, newest month first. Whole
-- months add their days, the last one pro rata; the running month has as many days as have passed.
-- It stops without a figure when history ends or a month billed nothing before the receivables are covered.
with positions as (
    select company, month_end, first_day, 'net' as basis, receivables_base as receivables
    from {{ ref('int_collections__positions') }}
    union all
    select company, month_end, first_day, 'gross' as basis, gross_base as receivables
    from {{ ref('int_collections__positions') }}
    union all
    select company, month_end, first_day, 'current' as basis, current_base as receivables
    from {{ ref('int_collections__positions') }}
),

months as (
    select distinct company, cast(date_trunc('month', date_day) as date) as month_start
    from (
        select calendar.company, calendar.month_end as date_day
        from {{ ref('int_calendar__month_ends') }} as calendar
    ) as ends
),

-- a past month is billed whole; only the month of the as-of day is cut at that day
billed as (
    select
        months.company,
        months.month_start,
        sum(coalesce(activity.billed_base, 0)) as billed_base
    from months
    left join {{ ref('int_collections__daily_activity') }} as activity
        on
            months.company = activity.company
            and months.month_start = cast(date_trunc('month', activity.activity_date) as date)
    group by months.company, months.month_start
),

walked as (
    select
        positions.company,
        positions.month_end,
        positions.basis,
        positions.receivables,
        billed.month_start,
        billed.billed_base,
        {{ days_between('billed.month_start', 'least(' ~ month_end('billed.month_start') ~ ', positions.month_end)') }} + 1 as month_days,
        sum(billed.billed_base) over newest_first as covered,
        min(billed.billed_base) over newest_first as smallest_month
    from positions
    inner join billed
        on
            positions.company = billed.company
            and positions.month_end >= billed.month_start
    window newest_first as (
        partition by positions.company, positions.month_end, positions.basis
        order by billed.month_start desc
    )
)

select
    company,
    month_end,
    basis,
    case
        when max(receivables) <= 0 then 'no_receivables'
        when
            min(case when covered >= receivables then smallest_month end) is null
            or max(case when covered >= receivables then smallest_month end) <= 0
            then case when min(smallest_month) <= 0 then 'month_without_billings' else 'history_too_short' end
    end as reason,
    case
        when max(receivables) > 0 and max(case when covered >= receivables then smallest_month end) > 0
            then cast(sum(case
                when covered < receivables then month_days
                when covered - billed_base < receivables
                    then {{ ratio('(receivables - (covered - billed_base))', 'billed_base', factor='month_days') }}
                else 0
            end) as decimal(18, 6))
    end as days
from walked
group by company, month_end, basis
