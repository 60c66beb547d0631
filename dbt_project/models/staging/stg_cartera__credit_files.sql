{{ newest_versions('credit_files', key=['company', 'customer_id', 'kind', 'valid_from']) }}

select
    company,
    customer_id,
    kind,
    valid_from,
    valid_to,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
