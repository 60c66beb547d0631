-- Exposure and limit of each customer as validity intervals, in the company's currency, from the first day that knows the customer
-- on: open items less unapplied money plus what is ordered and not yet billed. Days to come have theirs, too, so that a new day
-- changes nothing here.
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=["{{ forget_within_reach('valid_from') }}", "{{ end_where_reach_begins() }}"]
) }}

-- depends_on: {{ ref('int_policy__reach') }}
with changes as (
    select company, customer_id, change_date, open_base, unbilled_base, n_without_rate
    from {{ ref('int_policy__exposure_changes') }}
    {%- if is_incremental() %}
    union all
    -- what it was when the days began that are worked out anew
    select held.company, held.customer_id, held.valid_to as change_date, held.open_base, held.unbilled_base, held.n_without_rate
    from {{ this }} as held
    inner join {{ ref('int_policy__reach') }} as reach
        on held.company = reach.company and held.customer_id = reach.customer_id and held.valid_to = reach.from_date
    {%- endif %}
),

days as (
    select
        company,
        customer_id,
        change_date,
        sum(open_base) as open_base,
        sum(unbilled_base) as unbilled_base,
        sum(n_without_rate) as n_without_rate
    from changes
    group by company, customer_id, change_date
),

first_days as (
    select company, customer_id, min(change_date) as first_day
    from days
    group by company, customer_id
),

limits as (
    select
        limits.*,
        companies.functional_currency,
        limits.currency <> companies.functional_currency and limits.amount is not null and limits.amount <> 0 as is_foreign,
        -- a key of its own, so that only these look up a rate
        case
            when limits.currency <> companies.functional_currency and limits.amount <> 0 then limits.currency
        end as foreign_currency
    from {{ ref('int_policy__credit_limits') }} as limits
    inner join {{ ref('int_ledger__companies') }} as companies
        on limits.company = companies.company
),

rates as (
    select * from {{ ref('int_ledger__fx_rates') }}
),

-- a limit can change the verdict on a day without movements, and so can the rate of a limit in another currency
limit_moments as (
    select limits.company, limits.customer_id, limits.valid_from as change_date
    from limits
    inner join first_days
        on
            limits.company = first_days.company
            and limits.customer_id = first_days.customer_id
            and limits.valid_from > first_days.first_day
    union
    select limits.company, limits.customer_id, rates.valid_from as change_date
    from limits
    inner join first_days
        on limits.company = first_days.company and limits.customer_id = first_days.customer_id
    inner join rates
        on
            limits.foreign_currency = rates.from_currency
            and limits.functional_currency = rates.to_currency
            and limits.valid_from <= rates.valid_from
            and limits.valid_to > rates.valid_from
            and first_days.first_day < rates.valid_from
),

moments as (
    select company, customer_id, change_date, open_base, unbilled_base, n_without_rate from days
    union all
    select
        limit_moments.company,
        limit_moments.customer_id,
        limit_moments.change_date,
        0 as open_base,
        0 as unbilled_base,
        0 as n_without_rate
    from limit_moments
    left join days
        on
            limit_moments.company = days.company
            and limit_moments.customer_id = days.customer_id
            and limit_moments.change_date = days.change_date
    where days.company is null
),

cumulated as (
    select
        company,
        customer_id,
        change_date as valid_from,
        coalesce(
            lead(change_date) over (partition by company, customer_id order by change_date), date '9999-12-31'
        ) as valid_to,
        sum(open_base) over (partition by company, customer_id order by change_date) as open_base,
        sum(unbilled_base) over (partition by company, customer_id order by change_date) as unbilled_base,
        sum(n_without_rate) over (partition by company, customer_id order by change_date) as n_without_rate
    from moments
)

select
    cumulated.company,
    cumulated.customer_id,
    cumulated.valid_from,
    cumulated.valid_to,
    cast(cumulated.open_base as decimal(18, 4)) as open_base,
    cast(cumulated.unbilled_base as decimal(18, 4)) as unbilled_base,
    cast(cumulated.open_base + cumulated.unbilled_base as decimal(18, 4)) as exposure_base,
    cast(cumulated.n_without_rate as integer) as n_without_rate,
    limits.amount as limit_amount,
    limits.valid_from as limit_valid_from,
    limits.is_foreign and rates.rate is null as is_limit_rate_missing,
    cast(case
        when limits.amount = 0 or not limits.is_foreign then limits.amount
        else round(limits.amount * rates.rate, 4)
    end as decimal(18, 4)) as limit_base
from cumulated
inner join limits
    on
        cumulated.company = limits.company
        and cumulated.customer_id = limits.customer_id
        and cumulated.valid_from >= limits.valid_from
        and cumulated.valid_from < limits.valid_to
left join rates
    on
        limits.foreign_currency = rates.from_currency
        and limits.functional_currency = rates.to_currency
        and cumulated.valid_from >= rates.valid_from
        and cumulated.valid_from < coalesce(rates.valid_to, date '9999-12-31')
