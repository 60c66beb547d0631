select
    scheme,
    bucket,
    bucket_order,
    from_days,
    to_days
from {{ source('settings', 'ageing_buckets') }}
