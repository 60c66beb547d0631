-- R11: a customer with an item at least h days past due (and not under the floor) must be on hold within the grace.
-- Validity intervals of the days on which that is so, with the day it began.
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=["{{ forget_within_reach('valid_from') }}", "{{ end_where_reach_begins() }}"]
) }}

-- depends_on: {{ ref('int_policy__reach') }}
with late_pieces as (
    {% if is_incremental() -%}
        select
            pieces.company,
            pieces.customer_id,
            pieces.rule_version,
            greatest(pieces.date_from, reach.from_date) as date_from,
            pieces.date_to,
            pieces.open_base
        from {{ ref('int_policy__r11_late_pieces') }} as pieces
        inner join {{ ref('int_policy__reach') }} as reach
            on
                pieces.company = reach.company
                and pieces.customer_id = reach.customer_id
                and pieces.date_to > reach.from_date
    {%- else -%}
        select company, customer_id, rule_version, date_from, date_to, open_base
        from {{ ref('int_policy__r11_late_pieces') }}
    {%- endif %}
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
    where amounts.late_base > 0
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
    dated.country,
    dated.rule_version,
    dated.severity,
    dated.hold_days,
    dated.grace_days,
    dated.floor_base,
    dated.late_base,
    dated.valid_from,
    dated.valid_to,
    {% if is_incremental() -%}
        coalesce(held.triggered_on, dated.triggered_on) as triggered_on
    {%- else -%}
        dated.triggered_on
    {%- endif %}
from dated
{%- if is_incremental() %}
-- what called for a hold already when the days began that are worked out anew
left join {{ this }} as held
    on
        dated.company = held.company
        and dated.customer_id = held.customer_id
        and dated.triggered_on = held.valid_to
{%- endif %}
