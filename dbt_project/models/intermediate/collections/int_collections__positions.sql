-- What is receivable at each month end, split the ways the metrics need it.
with ageing as (
    select
        month_ends.company,
        month_ends.month_end,
        month_ends.month_start,
        month_ends.is_month_to_date,
        month_ends.first_day,
        monthly.bucket,
        schemes.from_days,
        monthly.open_base
    from {{ ref('int_calendar__month_ends') }} as month_ends
    left join {{ ref('fct_aging_monthly') }} as monthly
        on month_ends.company = monthly.company and month_ends.month_end = monthly.month_end
    left join {{ ref('stg_settings__ageing_buckets') }} as schemes
        on monthly.bucket = schemes.bucket and schemes.scheme = 'default'
)

select
    company,
    month_end,
    month_start,
    is_month_to_date,
    first_day,
    cast(coalesce(sum(open_base), 0) as decimal(38, 4)) as receivables_base,
    cast(coalesce(sum(case when bucket <> 'unapplied' then open_base end), 0) as decimal(38, 4)) as gross_base,
    cast(coalesce(sum(case when bucket = 'unapplied' then open_base end), 0) as decimal(38, 4)) as unapplied_base,
    cast(coalesce(sum(case when bucket <> 'unapplied' and coalesce(from_days, 0) <= 0 then open_base end), 0) as decimal(38, 4))
        as current_base,
    cast(coalesce(sum(case when from_days > 0 then open_base end), 0) as decimal(38, 4)) as overdue_base,
    cast(coalesce(sum(case when from_days > 90 then open_base end), 0) as decimal(38, 4)) as over_90_base
from ageing
group by company, month_end, month_start, is_month_to_date, first_day
