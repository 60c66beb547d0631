{{ newest_versions('orders', key=['company', 'order_id']) }}

select
    company,
    order_id,
    customer_id,
    ordered_on,
    currency,
    amount,
    unbilled_amount,
    status,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
