-- R11: a customer with an item at least h days past due (and not under the floor) must be on hold within the grace.
-- Validity intervals of the days on which that is so, with the day it began and the last day to place the hold.
with late_pieces as (
    select * from {{ ref('int_policy__r11_late_pieces') }}
),

changes as (
    select company, customer_id, rule_version, date_from as change_date, open_base
    from late_pieces
    union all
    select company, customer_id, rule_version, date_to as change_date, -open_base as open_base
    from late_pieces
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

due_for_hold as (
    select
        amounts.*,
        thresholds.country,
        thresholds.severity,
        thresholds.hold_days,
        thresholds.floor_base,
        thresholds.grace_days
    from amounts
    inner join {{ ref('int_policy__r11_thresholds') }} as thresholds
        on
            amounts.company = thresholds.company
            and amounts.customer_id = thresholds.customer_id
            and amounts.rule_version = thresholds.rule_version
    where amounts.late_base > 0 and amounts.valid_from <= {{ as_of_date() }}
),

marked as (
    select
        *,
        lag(valid_to) over (partition by company, customer_id order by valid_from) as valid_to_before
    from due_for_hold
),

-- days that follow on one another are one call for a hold: it began with the latest day that follows on none
dated as (
    select
        *,
        max(case when valid_from = valid_to_before then null else valid_from end) over (
            partition by company, customer_id
            order by valid_from
        ) as triggered_on
    from marked
)

select
    dated.company,
    dated.customer_id,
    dated.rule_version,
    dated.severity,
    dated.hold_days,
    dated.floor_base,
    dated.late_base,
    dated.valid_from,
    dated.valid_to,
    dated.triggered_on,
    deadlines.deadline as hold_due_on
from dated
inner join {{ ref('int_calendar__deadlines') }} as deadlines
    on
        dated.country = deadlines.country
        and dated.triggered_on = deadlines.from_day
        and dated.grace_days = deadlines.grace_days
