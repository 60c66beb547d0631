select
    scheme,
    bucket,
    cast(bucket_order as integer) as bucket_order,
    cast(from_days as integer) as from_days,
    cast(to_days as integer) as to_days
from {{ ref('stg_settings__ageing_buckets') }}
