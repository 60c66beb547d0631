-- If this fails, the buckets no longer partition: auditors add the columns and get another total.
with by_bucket as (
    select company, date, sum(open_base) as aged_base
    from {{ ref('fct_aging_daily') }}
    group by company, date
),

month_ends as (
    select company, month_end from {{ ref('int_calendar__month_ends') }}
),

by_item as (
    select month_ends.company, month_ends.month_end, sum(balances.open_base) as open_base
    from month_ends
    inner join {{ ref('fct_open_balance') }} as balances
        on
            month_ends.company = balances.company
            and month_ends.month_end >= balances.valid_from
            and (balances.valid_to is null or month_ends.month_end < balances.valid_to)
    group by month_ends.company, month_ends.month_end
)

select month_ends.company, month_ends.month_end, by_bucket.aged_base, by_item.open_base
from month_ends
left join by_bucket on month_ends.company = by_bucket.company and month_ends.month_end = by_bucket.date
left join by_item on month_ends.company = by_item.company and month_ends.month_end = by_item.month_end
where coalesce(by_bucket.aged_base, 0) <> coalesce(by_item.open_base, 0)
