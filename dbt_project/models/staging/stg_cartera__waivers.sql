{{ newest_versions('waivers', key=['company', 'waiver_id']) }}

select
    company,
    waiver_id,
    rule_id,
    subject,
    approved_by,
    reason,
    valid_from,
    valid_to,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
