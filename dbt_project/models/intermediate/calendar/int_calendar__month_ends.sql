-- Month ends of each company's history, and the as-of day itself when its month is still running.
with first_days as (
    select company, min(issue_date) as first_day
    from {{ ref('int_ledger__items') }}
    where is_current and issue_date <= {{ as_of_date() }}
    group by company
),

days as (
    select
        first_days.company,
        first_days.first_day,
        spine.date_day
    from first_days
    inner join (
        {{ date_spine("(select min(first_day) from first_days)", as_of_date()) }}
    ) as spine
        on spine.date_day >= first_days.first_day
)

select
    company,
    date_day as month_end,
    cast(date_trunc('month', date_day) as date) as month_start,
    date_day < {{ month_end('date_day') }} as is_month_to_date,
    first_day
from days
where date_day = {{ month_end('date_day') }} or date_day = {{ as_of_date() }}
