-- Companies come from cartera.yml and from data; what cartera.yml says wins.
with configured as (
    select company, name, country, functional_currency, tax_id, parent_company, 1 as priority
    from {{ ref('stg_settings__companies') }}
),

loaded as (
    select company, name, country, functional_currency, tax_id, parent_company, 2 as priority
    from {{ ref('stg_cartera__companies') }}
),

ranked as (
    select
        *,
        row_number() over (partition by company order by priority) as preference
    from (
        select * from configured
        union all
        select * from loaded
    ) as both_sources
),

default_accounts as (
    select company, account
    from {{ ref('stg_settings__receivable_accounts') }}
    where account_order = 1
),

-- A company whose ledger begins with one receivable account leaves no doubt about where its items belong. An account that
-- comes with a later day says nothing of the days before.
first_days as (
    select company, min(as_of) as as_of
    from {{ ref('stg_cartera__gl_balances') }}
    group by company
),

only_accounts as (
    select balances.company, min(balances.account) as account
    from {{ ref('stg_cartera__gl_balances') }} as balances
    inner join first_days
        on balances.company = first_days.company and balances.as_of = first_days.as_of
    group by balances.company
    having count(distinct balances.account) = 1
)

select
    ranked.company,
    ranked.name,
    ranked.country,
    ranked.functional_currency,
    ranked.tax_id,
    ranked.parent_company,
    coalesce(currencies.minor_units, 2) as minor_units,
    coalesce(default_accounts.account, only_accounts.account, 'unassigned') as default_account
from ranked
left join {{ ref('stg_settings__currencies') }} as currencies
    on ranked.functional_currency = currencies.currency
left join default_accounts on ranked.company = default_accounts.company
left join only_accounts on ranked.company = only_accounts.company
where ranked.preference = 1
