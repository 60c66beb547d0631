-- R11: a customer with an item at least h days past due (and not under the floor) must be on hold within the grace.
-- Validity intervals of the days on which that is so, with the day it began and the last day to place the hold.
with rules as (
    select * from {{ ref('int_policy__rules') }}
    where rule_id = 'R11'
),

parameters as (
    select * from {{ ref('stg_settings__policy_parameters') }}
    where rule_id = 'R11'
),

customers as (
    select
        customers.company,
        customers.customer_id,
        customers.segment,
        companies.functional_currency,
        companies.country
    from {{ ref('dim_customer') }} as customers
    inner join {{ ref('int_ledger__companies') }} as companies
        on customers.company = companies.company
    where not customers.is_intercompany
),

thresholds as (
    select
        customers.company,
        customers.customer_id,
        customers.country,
        rules.rule_version,
        rules.severity,
        rules.valid_from,
        rules.valid_to,
        cast(coalesce(by_segment.number, defaults.number) as integer) as hold_days,
        cast(coalesce(floors.number, 0) as decimal(18, 4)) as floor_base,
        cast(grace.number as integer) as grace_days
    from customers
    cross join rules
    inner join parameters as defaults
        on rules.valid_from = defaults.valid_from and defaults.name = 'default_days'
    inner join parameters as grace
        on rules.valid_from = grace.valid_from and grace.name = 'grace_business_days'
    left join parameters as by_segment
        on
            rules.valid_from = by_segment.valid_from
            and by_segment.name = 'days_by_segment'
            and customers.segment = by_segment.segment
    left join parameters as floors
        on
            rules.valid_from = floors.valid_from
            and floors.name = 'floor'
            and customers.functional_currency = floors.currency
),

-- the days on which a piece of an item's balance is at least h days past due, under the version then in force
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
        thresholds.valid_to as rule_valid_to,
        greatest(
            balances.valid_from, thresholds.valid_from, {{ add_days('items.due_date', 'thresholds.hold_days') }}
        ) as date_from,
        least(coalesce(balances.valid_to, date '9999-12-31'), thresholds.valid_to) as date_to,
        balances.open_base
    from {{ ref('int_ledger__open_balances') }} as balances
    inner join {{ ref('int_ledger__items') }} as items
        on balances.item_id = items.item_id and items.is_current
    inner join thresholds
        on items.company = thresholds.company and items.customer_id = thresholds.customer_id
    -- items under the floor don't count
    where not items.is_credit and balances.open_base > 0 and balances.open_base >= thresholds.floor_base
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

due_for_hold as (
    select
        amounts.*,
        thresholds.country,
        thresholds.severity,
        thresholds.hold_days,
        thresholds.floor_base,
        thresholds.grace_days
    from amounts
    inner join thresholds
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
