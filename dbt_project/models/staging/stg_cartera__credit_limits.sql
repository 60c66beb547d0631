{{ newest_versions('credit_limits', key=['company', 'customer_id', 'valid_from']) }}

select
    company,
    customer_id,
    valid_from,
    amount,
    currency,
    approved_by,
    requested_by,
    reason,
    evidence,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
