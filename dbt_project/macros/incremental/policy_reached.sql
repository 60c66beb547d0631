{#
  The customers whose policy evaluation what has arrived can change: see int_policy__reach, whose query in an incremental build
  this is.
#}
{% macro policy_reached() -%}
with build as (
    select applied_seq, is_policy_new from {{ source('settings', 'build') }}
),

new_orders as (
    select distinct company, order_id from {{ source('lake', 'orders') }}
    where _batch_seq > (select build.applied_seq from build)
),

orders as (
    select company, customer_id, ordered_on as from_date
    from {{ source('lake', 'orders') }} as all_rows
    where {{ key_is_among('all_rows', ['company', 'order_id'], 'new_orders') }}
),

new_waivers as (
    select distinct company, waiver_id from {{ source('lake', 'waivers') }}
    where _batch_seq > (select build.applied_seq from build)
),

waivers as (
    select company, subject, valid_from as from_date
    from {{ source('lake', 'waivers') }} as all_rows
    where {{ key_is_among('all_rows', ['company', 'waiver_id'], 'new_waivers') }}
),

-- a rate holds from its day on, for limits in its currency and for orders of that day or later
new_rates as (
    select rates.from_currency as currency, companies.company, min(rates.rate_date) as from_date
    from {{ ref('stg_cartera__fx_rates') }} as rates
    inner join {{ ref('int_ledger__companies') }} as companies
        on rates.to_currency = companies.functional_currency
    where rates.changed_seq > (select build.applied_seq from build)
    group by rates.from_currency, companies.company
),

in_currency as (
    select company, customer_id, currency from {{ ref('int_policy__credit_limits') }}
    union
    select company, customer_id, currency from {{ ref('stg_cartera__orders') }}
),

causes as (
    select company, customer_id, from_date from {{ ref('int_ledger__reach') }}
    union all
    select company, customer_id, from_date from orders
    union all
    select company, customer_id, valid_from as from_date from {{ source('lake', 'credit_limits') }}
    where _batch_seq > (select build.applied_seq from build)
    union all
    select company, customer_id, from_on as from_date from {{ source('lake', 'credit_holds') }}
    where _batch_seq > (select build.applied_seq from build)
    union all
    -- a waiver names its subject with the company or without
    select company, subject as customer_id, from_date from waivers
    union all
    select company, substr(subject, length(company) + 2) as customer_id, from_date from waivers
    where substr(subject, 1, length(company) + 1) = concat(company, '|')
    union all
    select in_currency.company, in_currency.customer_id, new_rates.from_date
    from in_currency
    inner join new_rates
        on in_currency.company = new_rates.company and in_currency.currency = new_rates.currency
    union all
    -- the master has no dates: what it says holds for all days
    select company, customer_id, date '1900-01-01' as from_date from {{ ref('int_policy__redescribed_customers') }}
    union all
    select company, customer_id, date '1900-01-01' as from_date from {{ ref('dim_customer') }}
    where (select build.is_policy_new from build)
)

select company, customer_id, min(from_date) as from_date
from causes
group by company, customer_id
{%- endmacro %}
