-- A rate per day and pair, both ways and through a common currency where no direct rate is known.
with days as (
    select date from {{ ref('dim_date') }}
),

direct as (
    select days.date as rate_date, rates.from_currency, rates.to_currency, rates.rate
    from days
    inner join {{ ref('int_ledger__fx_rates') }} as rates
        on days.date >= rates.valid_from and (rates.valid_to is null or days.date < rates.valid_to)
),

inverse as (
    select
        rate_date, to_currency as from_currency, from_currency as to_currency,
        {{ quotient('1', 'rate', 'decimal(20, 12)', 12, decimals=12) }} as rate
    from direct
    where rate > 0
),

both_ways as (
    select *, 'direct' as method, 1 as preference from direct
    union all
    select *, 'inverse' as method, 2 as preference from inverse
),

one_step as (
    select
        rate_date, from_currency, to_currency, rate, method,
        row_number() over (partition by rate_date, from_currency, to_currency order by preference) as choice
    from both_ways
),

crossed as (
    select
        legs.rate_date,
        legs.from_currency,
        onward.to_currency,
        cast(cast(legs.rate as decimal(18, 10)) * cast(onward.rate as decimal(18, 10)) as decimal(20, 12)) as rate,
        'cross via ' || legs.to_currency as method,
        row_number() over (partition by legs.rate_date, legs.from_currency, onward.to_currency order by legs.to_currency) as choice
    from one_step as legs
    inner join one_step as onward
        on
            legs.rate_date = onward.rate_date
            and legs.to_currency = onward.from_currency
            and legs.from_currency <> onward.to_currency
    left join one_step as known
        on
            legs.rate_date = known.rate_date
            and legs.from_currency = known.from_currency
            and onward.to_currency = known.to_currency
    where legs.choice = 1 and onward.choice = 1 and known.rate is null
)

select rate_date, from_currency, to_currency, rate, method from one_step
where choice = 1
union all
select rate_date, from_currency, to_currency, rate, method from crossed
where choice = 1
