-- R07 as reported: each customer with activity on each evaluation day.
{{ config(materialized='view') }}

select
    'R07' as rule_id,
    states.company,
    states.customer_id,
    days.evaluated_on,
    states.verdict,
    states.exposure_base as observed,
    states.limit_base as threshold,
    states.exposure_base,
    states.breached_since,
    states.rule_version,
    -- past the hard limit it is no longer a matter of collecting a little sooner
    case
        when
            states.verdict = 'breach'
            and states.exposure_base > {{ stretched('states.limit_base', 'states.hard') }} then states.hard_severity
        else states.severity
    end as severity,
    {{ json_text({
        'open_items_net_of_unapplied': 'cast(states.open_base as string)',
        'unbilled_orders': 'cast(states.unbilled_base as string)',
        'limit': 'cast(states.limit_amount as string)',
        'limit_currency': 'states.limit_currency',
        'limit_valid_from': "case when states.limit_valid_from > date '1900-01-01' then cast(states.limit_valid_from as string) end",
        'limit_approved_by': 'states.limit_approved_by',
        'tolerance': 'cast(states.tolerance as string)',
        'missing': 'states.missing',
    }) }} as evidence
from {{ ref('int_policy__r07_exposure_over_limit') }} as states
inner join {{ ref('int_calendar__evaluation_days') }} as days
    on
        states.company = days.company
        and states.valid_from <= days.evaluated_on
        and states.valid_to > days.evaluated_on
