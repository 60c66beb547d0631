select
    date_day as date,
    cast(extract(year from date_day) as integer) as year,
    cast(extract(quarter from date_day) as integer) as quarter,
    cast(extract(month from date_day) as integer) as month,
    {{ month_end('date_day') }} as month_end,
    date_day = {{ month_end('date_day') }} as is_month_end
from {{ ref('int_calendar__days') }}
