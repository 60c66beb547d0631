-- The limit in force by day: approved limits from their date on; before the first, what the customer master says.
-- A null amount is no limit; zero is no credit.
with approved as (
    select
        company,
        customer_id,
        valid_from,
        amount,
        currency,
        approved_by,
        false as is_from_master
    from {{ ref('stg_cartera__credit_limits') }}
),

master as (
    select
        customers.company,
        customers.customer_id,
        date '1900-01-01' as valid_from,
        customers.credit_limit as amount,
        coalesce(customers.credit_limit_currency, companies.functional_currency) as currency,
        cast(null as string) as approved_by,
        true as is_from_master
    from {{ ref('dim_customer') }} as customers
    inner join {{ ref('int_ledger__companies') }} as companies
        on customers.company = companies.company
),

both_sources as (
    select * from approved
    union all
    select * from master
)

select
    company,
    customer_id,
    valid_from,
    coalesce(
        lead(valid_from) over (partition by company, customer_id order by valid_from, is_from_master), date '9999-12-31'
    ) as valid_to,
    amount,
    currency,
    approved_by,
    is_from_master
from both_sources
