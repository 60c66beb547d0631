-- R07 as reported: each customer that is judged on a day, from its first day on.
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
    breaches.breached_since,
    states.rule_version,
    case
        when states.verdict = 'breach' then coalesce(states.hard_severity, states.severity)
        else states.severity
    end as severity,
    {{ json_text({
        'open_items_net_of_unapplied': 'cast(states.open_base as string)',
        'unbilled_orders': 'cast(states.unbilled_base as string)',
        'limit': 'cast(limits.amount as string)',
        'limit_currency': 'limits.currency',
        'limit_valid_from': "case when limits.valid_from > date '1900-01-01' then cast(limits.valid_from as string) end",
        'limit_approved_by': 'limits.approved_by',
        'tolerance': 'cast(states.tolerance as string)',
        'missing': 'states.missing',
    }) }} as evidence
from {{ ref('int_policy__r07_exposure_over_limit') }} as states
{{ on_judged_days('states', 'valid_from', 'valid_to') }}
-- the limit that was in force; one that was replaced the day it began never was
inner join {{ ref('int_policy__credit_limits') }} as limits
    on
        states.company = limits.company
        and states.customer_id = limits.customer_id
        and states.limit_valid_from = limits.valid_from
        and limits.valid_from < limits.valid_to
left join {{ ref('int_policy__r07_breaches') }} as breaches
    on
        states.company = breaches.company
        and states.customer_id = breaches.customer_id
        and days.evaluated_on >= breaches.valid_from
        and days.evaluated_on < breaches.valid_to
where {{ lasts_until_an_evaluation_day('states.valid_from', 'states.valid_to') }}
