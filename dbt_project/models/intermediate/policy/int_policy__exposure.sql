-- Exposure and limit of each customer as validity intervals, in the company's currency: open items less unapplied
-- money plus what is ordered and not yet billed.
{{ config(materialized='view') }}

with companies as (
    select company, functional_currency, minor_units from {{ ref('int_ledger__companies') }}
),

rates as (
    select * from {{ ref('int_ledger__fx_rates') }}
),

open_changes as (
    select
        company,
        customer_id,
        entry_date as change_date,
        sum(base_amount) as open_base,
        cast(0 as decimal(38, 4)) as unbilled_base,
        0 as n_without_rate
    from {{ ref('fct_receivable_entry') }}
    where known_to is null
    group by company, customer_id, entry_date
),

-- an item nobody can value hides the verdict only while it is open
items_without_rate as (
    select company, customer_id, valid_from, valid_to
    from {{ ref('fct_open_balance') }}
    where open_base is null
),

rate_changes as (
    select company, customer_id, valid_from as change_date, 1 as n_without_rate
    from items_without_rate
    union all
    select company, customer_id, valid_to as change_date, -1 as n_without_rate
    from items_without_rate
    where valid_to is not null
),

orders as (
    select
        orders.company,
        orders.customer_id,
        orders.ordered_on,
        case
            when orders.currency = companies.functional_currency then orders.unbilled_amount
            else {{ round_money('orders.unbilled_amount * rates.rate', 'companies.minor_units') }}
        end as unbilled_base
    from {{ ref('stg_cartera__orders') }} as orders
    inner join companies on orders.company = companies.company
    left join rates
        on
            orders.currency = rates.from_currency
            and companies.functional_currency = rates.to_currency
            and orders.ordered_on >= rates.valid_from
            and orders.ordered_on < coalesce(rates.valid_to, date '9999-12-31')
    where orders.unbilled_amount <> 0 and coalesce(orders.status, 'open') not in ('closed', 'cancelled')
),

order_changes as (
    select
        company,
        customer_id,
        ordered_on as change_date,
        cast(0 as decimal(38, 4)) as open_base,
        sum(unbilled_base) as unbilled_base,
        count(*) - count(unbilled_base) as n_without_rate
    from orders
    group by company, customer_id, ordered_on
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
    inner join companies on limits.company = companies.company
),

customers_with_activity as (
    select distinct company, customer_id from open_changes
    union
    select distinct company, customer_id from order_changes
),

-- a limit can change the verdict on a day without movements, and so can the rate of a limit in another currency
limit_moments as (
    select limits.company, limits.customer_id, limits.valid_from as change_date
    from limits
    inner join customers_with_activity
        on limits.company = customers_with_activity.company and limits.customer_id = customers_with_activity.customer_id
    union
    select limits.company, limits.customer_id, rates.valid_from as change_date
    from limits
    inner join customers_with_activity
        on limits.company = customers_with_activity.company and limits.customer_id = customers_with_activity.customer_id
    inner join rates
        on
            limits.is_foreign
            and limits.currency = rates.from_currency
            and limits.functional_currency = rates.to_currency
            and limits.valid_from <= rates.valid_from
            and limits.valid_to > rates.valid_from
),

changes as (
    select * from open_changes
    union all
    select * from order_changes
    union all
    select
        company,
        customer_id,
        change_date,
        cast(0 as decimal(38, 4)) as open_base,
        cast(0 as decimal(38, 4)) as unbilled_base,
        n_without_rate
    from rate_changes
    union all
    select
        company,
        customer_id,
        change_date,
        cast(0 as decimal(38, 4)) as open_base,
        cast(0 as decimal(38, 4)) as unbilled_base,
        0 as n_without_rate
    from limit_moments
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
    where change_date <= {{ as_of_date() }}
    group by company, customer_id, change_date
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
    from days
)

select
    cumulated.company,
    cumulated.customer_id,
    cumulated.valid_from,
    cumulated.valid_to,
    cast(cumulated.open_base as decimal(18, 4)) as open_base,
    cast(cumulated.unbilled_base as decimal(18, 4)) as unbilled_base,
    cast(cumulated.open_base + cumulated.unbilled_base as decimal(18, 4)) as exposure_base,
    cumulated.n_without_rate,
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
