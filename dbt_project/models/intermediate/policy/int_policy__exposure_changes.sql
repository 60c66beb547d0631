-- What changes a customer's exposure, by the day, in the company's currency: entries of the ledger, orders that are not billed yet,
-- and items that nobody can value while they are open. Of whom this build works out, and from the day on.
{{ config(materialized='view') }}

with companies as (
    select company, functional_currency, minor_units from {{ ref('int_ledger__companies') }}
),

entries as (
    select company, customer_id, entry_date as change_date, base_amount
    from {{ ref('fct_receivable_entry') }}
    where known_to is null
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
        orders.ordered_on as change_date,
        case
            when orders.currency = companies.functional_currency then orders.unbilled_amount
            else {{ round_money('orders.unbilled_amount * rates.rate', 'companies.minor_units') }}
        end as unbilled_base
    from {{ ref('stg_cartera__orders') }} as orders
    inner join companies on orders.company = companies.company
    left join {{ ref('int_ledger__fx_rates') }} as rates
        on
            orders.currency = rates.from_currency
            and companies.functional_currency = rates.to_currency
            and orders.ordered_on >= rates.valid_from
            and orders.ordered_on < coalesce(rates.valid_to, date '9999-12-31')
    where orders.unbilled_amount <> 0 and coalesce(orders.status, 'open') not in ('closed', 'cancelled')
)

select
    entries.company,
    entries.customer_id,
    entries.change_date,
    coalesce(entries.base_amount, 0) as open_base,
    cast(0 as decimal(18, 4)) as unbilled_base,
    0 as n_without_rate
from entries
{{ within_reach('entries', 'change_date') }}
union all
select
    orders.company,
    orders.customer_id,
    orders.change_date,
    cast(0 as decimal(18, 4)) as open_base,
    coalesce(orders.unbilled_base, 0) as unbilled_base,
    case when orders.unbilled_base is null then 1 else 0 end as n_without_rate
from orders
{{ within_reach('orders', 'change_date') }}
union all
select
    rate_changes.company,
    rate_changes.customer_id,
    rate_changes.change_date,
    cast(0 as decimal(18, 4)) as open_base,
    cast(0 as decimal(18, 4)) as unbilled_base,
    rate_changes.n_without_rate
from rate_changes
{{ within_reach('rate_changes', 'change_date') }}
