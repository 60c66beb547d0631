-- Closing rates by pair with the days they hold: from their date until the next known one.
with rates as (
    select
        from_currency,
        to_currency,
        rate_date,
        cast(rate as decimal(20, 12)) as rate,
        row_number() over (
            partition by from_currency, to_currency, rate_date
            order by case rate_type when 'closing' then 1 else 2 end, rate_type
        ) as preference
    from {{ ref('stg_cartera__fx_rates') }}
)

select
    from_currency,
    to_currency,
    rate_date as valid_from,
    lead(rate_date) over (partition by from_currency, to_currency order by rate_date) as valid_to,
    rate
from rates
where preference = 1
