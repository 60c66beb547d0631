{{ newest_versions('credit_holds', key=['company', 'customer_id', 'from_on']) }}

select
    company,
    customer_id,
    from_on,
    to_on,
    placed_by,
    released_by,
    reason,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
