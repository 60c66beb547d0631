-- For each country, day and grace of some rule: the last day allowed, so many business days later.
-- A table of its own, so that rules join it by equality instead of searching the calendar.
with graces as (
    select distinct cast(number as integer) as grace_days
    from {{ ref('stg_settings__policy_parameters') }}
    where name = 'grace_business_days'
),

days as (
    select * from {{ ref('stg_settings__business_days') }}
),

wanted as (
    select
        days.country,
        days.date as from_day,
        graces.grace_days,
        days.business_day_no + graces.grace_days as business_day_no
    from days
    cross join graces
)

select
    wanted.country,
    wanted.from_day,
    wanted.grace_days,
    days.date as deadline
from wanted
inner join days
    on
        wanted.country = days.country
        and wanted.business_day_no = days.business_day_no
        and days.is_business_day
