{{ newest_versions('disputes', key=['company', 'dispute_id']) }}

select
    company,
    dispute_id,
    document_id,
    opened_on,
    acknowledged_on,
    resolved_on,
    reason,
    amount,
    owner,
    outcome,
    known_from,
    known_to,
    known_to is null as is_current,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
