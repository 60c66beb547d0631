{{ newest_versions('gl_balances', key=['company', 'account', 'as_of'], recorded_at='recorded_at') }}

select
    company,
    account,
    as_of,
    balance,
    recorded_at,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
