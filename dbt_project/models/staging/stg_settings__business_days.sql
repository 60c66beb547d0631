select
    country,
    date,
    is_business_day,
    business_day_no
from {{ source('settings', 'business_days') }}
