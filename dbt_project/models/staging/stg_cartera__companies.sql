{{ newest_versions('companies', key=['company']) }}

select
    company,
    name,
    country,
    functional_currency,
    tax_id,
    parent_company,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
