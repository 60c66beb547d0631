{{ newest_versions('applications', key=['company', 'application_id'], recorded_at='recorded_at') }}

select
    company,
    application_id,
    from_document_id,
    to_document_id,
    to_instalment_no,
    coalesce(spread, 'fifo') as spread,
    applied_on,
    amount,
    from_amount,
    recorded_at,
    known_from,
    known_to,
    known_to is null as is_current,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
