-- R11: how many days past due an item of each customer calls for a hold, under each version of the rule, and above
-- which floor.
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
)

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
