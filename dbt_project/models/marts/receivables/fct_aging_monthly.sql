select
    segments.company,
    segments.customer_id,
    month_ends.month_end,
    segments.bucket,
    cast(segments.bucket_order as integer) as bucket_order,
    month_ends.is_month_to_date,
    cast(sum(segments.open_base) as decimal(38, 4)) as open_base,
    count(*) as n_items
from {{ ref('int_ageing__balance_segments') }} as segments
inner join {{ ref('int_calendar__month_ends') }} as month_ends
    on
        segments.company = month_ends.company
        and segments.date_from <= month_ends.month_end
        and segments.date_to > month_ends.month_end
group by
    segments.company, segments.customer_id, month_ends.month_end, segments.bucket, segments.bucket_order,
    month_ends.is_month_to_date
