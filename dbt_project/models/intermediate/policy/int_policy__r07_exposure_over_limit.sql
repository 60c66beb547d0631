-- R07: exposure within the approved limit, strictly above is a breach. States as intervals, judged by the policy
-- that was in force on their days.
{{ config(materialized='view') }}

with parameters as (
    select
        rule_id,
        valid_from,
        max(case when name = 'tolerance' then number end) as tolerance,
        max(case when name = 'hard' then number end) as hard,
        max(case when name = 'hard_severity' then word end) as hard_severity
    from {{ ref('stg_settings__policy_parameters') }}
    where rule_id = 'R07'
    group by rule_id, valid_from
),

rules as (
    select
        rules.*,
        parameters.tolerance,
        parameters.hard,
        parameters.hard_severity
    from {{ ref('int_policy__rules') }} as rules
    inner join parameters
        on rules.rule_id = parameters.rule_id and rules.valid_from = parameters.valid_from
),

customers as (
    select company, customer_id, is_in_master from {{ ref('dim_customer') }}
    where not is_intercompany
)

select
    exposure.company,
    exposure.customer_id,
    greatest(exposure.valid_from, rules.valid_from) as valid_from,
    least(exposure.valid_to, rules.valid_to) as valid_to,
    exposure.exposure_base,
    exposure.open_base,
    exposure.unbilled_base,
    exposure.limit_base,
    exposure.limit_valid_from,
    rules.rule_version,
    rules.tolerance,
    -- past the hard limit it is no longer a matter of collecting a little sooner
    case
        when exposure.exposure_base > {{ stretched('exposure.limit_base', 'rules.hard') }} then rules.hard_severity
    end as hard_severity,
    rules.severity,
    case
        when exposure.n_without_rate > 0 or exposure.is_limit_rate_missing then 'exchange rate'
        -- an empty limit in the master means unlimited; of a customer nobody described it means nothing
        when exposure.limit_amount is null and not customers.is_in_master then 'customer master'
    end as missing,
    case
        when
            exposure.n_without_rate > 0 or exposure.is_limit_rate_missing
            or (exposure.limit_amount is null and not customers.is_in_master)
            then 'not_evaluable'
        when exposure.limit_amount is null then 'pass'
        when exposure.exposure_base > {{ stretched('exposure.limit_base', 'rules.tolerance') }} then 'breach'
        else 'pass'
    end as verdict
from {{ ref('int_policy__exposure') }} as exposure
inner join customers
    on exposure.company = customers.company and exposure.customer_id = customers.customer_id
inner join rules
    on exposure.valid_from < rules.valid_to and exposure.valid_to > rules.valid_from
