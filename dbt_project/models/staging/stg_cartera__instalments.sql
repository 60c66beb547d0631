{{ newest_versions('instalments', key=['company', 'document_id', 'instalment_no']) }}

select
    company,
    document_id,
    instalment_no,
    due_date,
    amount,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
