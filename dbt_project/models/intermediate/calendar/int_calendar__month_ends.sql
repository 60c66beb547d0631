-- Month ends of each company's history, and the as-of day itself when its month is still running.
with first_days as (
    select company, min(issue_date) as first_day
    from {{ ref('dim_receivable_item') }}
    where is_current and issue_date <= {{ as_of_date() }}
    group by company
)

select
    first_days.company,
    days.date_day as month_end,
    cast(date_trunc('month', days.date_day) as date) as month_start,
    days.date_day < {{ month_end('days.date_day') }} as is_month_to_date,
    first_days.first_day
from first_days
inner join {{ ref('int_calendar__days') }} as days
    on first_days.first_day <= days.date_day
where days.date_day = {{ month_end('days.date_day') }} or days.date_day = {{ as_of_date() }}
