-- If this fails, money at the bank is counted twice or not at all when a difference with the ledger is explained.
with told as (
    select company, currency, sum(amount) as amount, count(*) as n
    from {{ ref('fct_bank_posting') }}
    group by company, currency
),

at_the_bank as (
    select company, currency, sum(amount) as amount, count(*) as n
    from {{ ref('stg_cartera__bank_transactions') }}
    where amount > 0 and not is_reversal
    group by company, currency
)

select coalesce(told.company, at_the_bank.company) as company, told.amount, at_the_bank.amount as amount_at_the_bank
from told
full outer join at_the_bank on told.company = at_the_bank.company and told.currency = at_the_bank.currency
where coalesce(told.amount, 0) <> coalesce(at_the_bank.amount, 0) or coalesce(told.n, 0) <> coalesce(at_the_bank.n, 0)
