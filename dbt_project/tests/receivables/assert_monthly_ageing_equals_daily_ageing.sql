-- If this fails, the same day shows two different ageings on two pages.
with monthly as (
    select company, month_end, bucket, sum(open_base) as open_base, sum(n_items) as n_items
    from {{ ref('fct_aging_monthly') }}
    group by company, month_end, bucket
),

daily as (
    select daily.*
    from {{ ref('fct_aging_daily') }} as daily
    inner join {{ ref('int_calendar__month_ends') }} as month_ends
        on daily.company = month_ends.company and daily.date = month_ends.month_end
)

select daily.company, daily.date, daily.bucket, daily.open_base, monthly.open_base as monthly_base
from daily
full outer join monthly
    on daily.company = monthly.company and daily.date = monthly.month_end and daily.bucket = monthly.bucket
where
    coalesce(daily.open_base, 0) <> coalesce(monthly.open_base, 0)
    or coalesce(daily.n_items, 0) <> coalesce(monthly.n_items, 0)
