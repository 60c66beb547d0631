{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_judged() }}"
) }}

-- depends_on: {{ ref('int_calendar__evaluation_days') }}
-- depends_on: {{ ref('int_policy__judged_days') }}
with evaluations as (
    select * from {{ ref('int_policy__r07_evaluations') }}
    union all
    select * from {{ ref('int_policy__r11_evaluations') }}
),

waivers as (
    select
        rule_id,
        company,
        subject,
        valid_from,
        valid_to,
        max(waiver_id) as waiver_id
    from {{ ref('stg_cartera__waivers') }}
    group by rule_id, company, subject, valid_from, valid_to
),

waived as (
    select
        evaluations.rule_id,
        evaluations.company,
        evaluations.customer_id,
        evaluations.evaluated_on,
        max(waivers.waiver_id) as waiver_id
    from evaluations
    inner join waivers
        on
            evaluations.rule_id = waivers.rule_id
            and evaluations.company = waivers.company
            and waivers.subject in (evaluations.customer_id, evaluations.company || '|' || evaluations.customer_id)
            and evaluations.evaluated_on >= waivers.valid_from
            and evaluations.evaluated_on <= waivers.valid_to
    where evaluations.verdict = 'breach'
    group by evaluations.rule_id, evaluations.company, evaluations.customer_id, evaluations.evaluated_on
)

select
    evaluations.rule_id,
    evaluations.company || '|' || evaluations.customer_id as subject,
    evaluations.evaluated_on,
    evaluations.company,
    evaluations.customer_id,
    customers.name as customer_name,
    case when waived.waiver_id is not null then 'waived' else evaluations.verdict end as outcome,
    evaluations.severity,
    cast(evaluations.observed as decimal(18, 4)) as observed,
    cast(evaluations.threshold as decimal(18, 4)) as threshold,
    evaluations.exposure_base,
    companies.functional_currency as base_currency,
    evaluations.breached_since,
    evaluations.rule_version,
    rules.owner,
    rules.corrective_action_es,
    rules.corrective_action_en,
    waived.waiver_id,
    evaluations.evidence
from evaluations
inner join {{ ref('int_policy__rules') }} as rules
    on evaluations.rule_version = rules.rule_version
inner join {{ ref('int_ledger__companies') }} as companies
    on evaluations.company = companies.company
inner join {{ ref('dim_customer') }} as customers
    on evaluations.company = customers.company and evaluations.customer_id = customers.customer_id
left join waived
    on
        evaluations.rule_id = waived.rule_id
        and evaluations.company = waived.company
        and evaluations.customer_id = waived.customer_id
        and evaluations.evaluated_on = waived.evaluated_on
