{{ config(materialized='view') }}

-- What the ledger would hold more than the sub-ledger if it valued open foreign items at the day's closing rate: the
-- sub-ledger keeps each at its document's rate. One rounding for each currency; no closing rate for one of them, no candidate.
with foreign_balances as (
    select
        positions.company,
        positions.account,
        positions.as_of,
        movements.currency,
        companies.functional_currency as base_currency,
        companies.minor_units,
        sum(movements.amount) as open_amount,
        sum(movements.base_amount) as open_base
    from {{ ref('int_tie_out__positions') }} as positions
    inner join {{ ref('int_ledger__companies') }} as companies on positions.company = companies.company
    inner join {{ ref('int_tie_out__movements') }} as movements
        on
            positions.company = movements.company
            and positions.account = movements.account
            and positions.as_of >= movements.entry_date
            and companies.functional_currency <> movements.currency
            and movements.kind in ('journal', 'other')
    where positions.difference <> 0
    group by
        positions.company, positions.account, positions.as_of, movements.currency, companies.functional_currency,
        companies.minor_units
    having sum(movements.amount) <> 0 or sum(movements.base_amount) <> 0
),

valued as (
    select
        foreign_balances.company,
        foreign_balances.account,
        foreign_balances.as_of,
        foreign_balances.currency,
        rates.rate,
        foreign_balances.open_base,
        {{ round_money(
            'cast(foreign_balances.open_amount as decimal(18, 4)) * rates.rate', 'foreign_balances.minor_units'
        ) }} as at_closing_rate
    from foreign_balances
    left join {{ ref('fx_rate_closing') }} as rates
        on
            foreign_balances.as_of = rates.rate_date
            and foreign_balances.currency = rates.from_currency
            and foreign_balances.base_currency = rates.to_currency
)

select
    company,
    account,
    as_of,
    'revaluation_ledger' as reason,
    cast(sum(open_base - at_closing_rate) as decimal(38, 4)) as amount,
    count(*) as n_rows
from valued
group by company, account, as_of
having count(rate) = count(*)
