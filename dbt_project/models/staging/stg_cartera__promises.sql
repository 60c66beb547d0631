{{ newest_versions('promises', key=['company', 'promise_id']) }}

select
    company,
    promise_id,
    customer_id,
    document_id,
    promised_on,
    due_on,
    amount,
    currency,
    status,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
