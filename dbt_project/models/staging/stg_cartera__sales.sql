{{ newest_versions('sales', key=['company', 'month', 'customer_id']) }}

select
    company,
    month,
    customer_id,
    billed_amount,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
