{{ newest_versions('fx_rates', key=['rate_date', 'from_currency', 'to_currency', 'rate_type']) }}

select
    rate_date,
    from_currency,
    to_currency,
    rate,
    coalesce(rate_type, 'closing') as rate_type,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _batch_seq as batch_seq,
    _row as source_line
from versions
where known_to is null
