-- R11 as reported: each customer that must be on hold on a day it is judged on.
{{ config(materialized='view') }}

with due_for_hold as (
    select
        states.*,
        deadlines.deadline as hold_due_on,
        days.evaluated_on,
        days.evaluated_on = {{ as_of_date() }} as is_as_of_day
    from {{ ref('int_policy__r11_credit_hold_missing') }} as states
    {{ on_judged_days('states', 'valid_from', 'valid_to') }}
    inner join {{ ref('int_calendar__deadlines') }} as deadlines
        on
            states.country = deadlines.country
            and states.triggered_on = deadlines.from_day
            and states.grace_days = deadlines.grace_days
    where {{ lasts_until_an_evaluation_day('states.valid_from', 'states.valid_to') }}
),

holds as (
    select
        due_for_hold.company,
        due_for_hold.customer_id,
        due_for_hold.evaluated_on,
        max(case when periods.held_to > due_for_hold.evaluated_on then periods.held_from end) as held_since,
        max(case when periods.held_to <= due_for_hold.evaluated_on then periods.held_to end) as last_released_on
    from due_for_hold
    inner join {{ ref('int_policy__hold_periods') }} as periods
        on
            due_for_hold.company = periods.company
            and due_for_hold.customer_id = periods.customer_id
            and due_for_hold.evaluated_on >= periods.held_from
    group by due_for_hold.company, due_for_hold.customer_id, due_for_hold.evaluated_on
),

-- the items that call for a hold; one under the floor is no reason for it, however old
oldest as (
    select
        pieces.company,
        pieces.customer_id,
        pieces.rule_version,
        days.evaluated_on,
        min(pieces.due_date) as oldest_due_date,
        min(pieces.number) as example_number,
        count(*) as n_late
    from {{ ref('int_policy__r11_late_pieces') }} as pieces
    {{ on_judged_days('pieces', 'date_from', 'date_to') }}
    where {{ lasts_until_an_evaluation_day('pieces.date_from', 'pieces.date_to') }}
    group by pieces.company, pieces.customer_id, pieces.rule_version, days.evaluated_on
),

customers as (
    select company, customer_id, on_hold from {{ ref('dim_customer') }}
),

judged as (
    select
        due_for_hold.*,
        oldest.oldest_due_date,
        oldest.example_number,
        oldest.n_late,
        -- the master's flag has no dates: it speaks for the as-of day only
        coalesce(holds.held_since is not null or (due_for_hold.is_as_of_day and customers.on_hold), false) as is_held,
        holds.held_since,
        holds.last_released_on
    from due_for_hold
    inner join customers
        on due_for_hold.company = customers.company and due_for_hold.customer_id = customers.customer_id
    left join oldest
        on
            due_for_hold.company = oldest.company
            and due_for_hold.customer_id = oldest.customer_id
            and due_for_hold.rule_version = oldest.rule_version
            and due_for_hold.evaluated_on = oldest.evaluated_on
    left join holds
        on
            due_for_hold.company = holds.company
            and due_for_hold.customer_id = holds.customer_id
            and due_for_hold.evaluated_on = holds.evaluated_on
)

select
    'R11' as rule_id,
    company,
    customer_id,
    evaluated_on,
    case when is_held or evaluated_on <= hold_due_on then 'pass' else 'breach' end as verdict,
    cast({{ days_between('oldest_due_date', 'evaluated_on') }} as decimal(18, 4)) as observed,
    cast(hold_days as decimal(18, 4)) as threshold,
    cast(late_base as decimal(18, 4)) as exposure_base,
    case
        when not is_held and evaluated_on > hold_due_on
            then greatest({{ add_days('hold_due_on', '1') }}, coalesce(last_released_on, date '1900-01-01'))
    end as breached_since,
    rule_version,
    severity,
    {{ json_text({
        'oldest_due_date': 'cast(oldest_due_date as string)',
        'documents_past_threshold': 'n_late',
        'example_document': 'example_number',
        'past_threshold_base': 'cast(late_base as string)',
        'triggered_on': 'cast(triggered_on as string)',
        'hold_due_on': 'cast(hold_due_on as string)',
        'held_since': 'cast(held_since as string)',
        'last_released_on': 'cast(last_released_on as string)',
        'floor': 'cast(floor_base as string)',
    }) }} as evidence
from judged
