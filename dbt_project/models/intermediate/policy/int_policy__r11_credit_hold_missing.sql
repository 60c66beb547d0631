-- R11: a customer with an item at least h days past due (and not under the floor) must be on hold within the grace.
-- Validity intervals of the days on which that is so, with the day it began and the last day to place the hold.
with thresholds as (
    select * from {{ ref('int_policy__r11_thresholds') }}
),

-- the days on which a piece of an item's balance is at least h days past due; items under the floor don't count
late_pieces as (
    select
        thresholds.company,
        thresholds.customer_id,
        thresholds.country,
        thresholds.rule_version,
        thresholds.severity,
        thresholds.hold_days,
        thresholds.floor_base,
        thresholds.grace_days,
        greatest(balances.valid_from, thresholds.late_from) as date_from,
        least(coalesce(balances.valid_to, date '9999-12-31'), thresholds.late_to) as date_to,
        balances.open_base
    from {{ ref('fct_open_balance') }} as balances
    inner join thresholds on balances.item_id = thresholds.item_id
    where balances.open_base > 0 and balances.open_base >= thresholds.floor_base
),

changes as (
    select company, customer_id, rule_version, date_from as change_date, open_base
    from late_pieces
    where date_from < date_to and date_from <= {{ as_of_date() }}
    union all
    select company, customer_id, rule_version, date_to as change_date, -open_base as open_base
    from late_pieces
    where date_from < date_to and date_from <= {{ as_of_date() }}
),

days as (
    select company, customer_id, rule_version, change_date, sum(open_base) as open_base
    from changes
    group by company, customer_id, rule_version, change_date
),

amounts as (
    select
        days.company,
        days.customer_id,
        days.rule_version,
        days.change_date as valid_from,
        coalesce(
            lead(days.change_date) over (
                partition by days.company, days.customer_id, days.rule_version
                order by days.change_date
            ), date '9999-12-31'
        ) as valid_to,
        sum(days.open_base) over (
            partition by days.company, days.customer_id, days.rule_version
            order by days.change_date
        ) as late_base
    from days
),

versions as (
    select distinct
        company, customer_id, country, rule_version, severity, hold_days, floor_base, grace_days
    from thresholds
),

due_for_hold as (
    select
        amounts.*,
        versions.country,
        versions.severity,
        versions.hold_days,
        versions.floor_base,
        versions.grace_days
    from amounts
    inner join versions
        on
            amounts.company = versions.company
            and amounts.customer_id = versions.customer_id
            and amounts.rule_version = versions.rule_version
    where amounts.late_base > 0 and amounts.valid_from <= {{ as_of_date() }}
),

marked as (
    select
        *,
        lag(valid_to) over (partition by company, customer_id order by valid_from) as valid_to_before
    from due_for_hold
),

runs as (
    select
        *,
        sum(case when valid_from = valid_to_before then 0 else 1 end) over (
            partition by company, customer_id
            order by valid_from
        ) as run_no
    from marked
),

periods as (
    select
        company,
        customer_id,
        country,
        run_no,
        min(valid_from) as triggered_on,
        max(valid_to) as cleared_on
    from runs
    group by company, customer_id, country, run_no
)

select
    runs.company,
    runs.customer_id,
    runs.rule_version,
    runs.severity,
    runs.hold_days,
    runs.floor_base,
    runs.late_base,
    runs.valid_from,
    runs.valid_to,
    periods.triggered_on,
    deadlines.deadline as hold_due_on
from runs
inner join periods
    on runs.company = periods.company and runs.customer_id = periods.customer_id and runs.run_no = periods.run_no
inner join {{ ref('int_calendar__deadlines') }} as deadlines
    on
        periods.country = deadlines.country
        and periods.triggered_on = deadlines.from_day
        and runs.grace_days = deadlines.grace_days
