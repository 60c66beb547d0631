{{ newest_versions('supplier_terms', key=['company', 'month']) }}

select
    company,
    month,
    weighted_days,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
