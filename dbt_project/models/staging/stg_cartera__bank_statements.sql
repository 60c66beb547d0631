{{ newest_versions('bank_statements', key=['company', 'bank_account', 'statement_id']) }}

select
    company,
    bank_account,
    statement_id,
    from_on,
    to_on,
    currency,
    opening_balance,
    closing_balance,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
