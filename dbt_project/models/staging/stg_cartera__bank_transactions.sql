{{ newest_versions('bank_transactions', key=['company', 'bank_account', 'transaction_id']) }}

select
    company,
    bank_account,
    transaction_id,
    booked_on,
    value_on,
    currency,
    amount,
    counterparty_name,
    counterparty_account,
    counterparty_tax_id,
    end_to_end_id,
    structured_reference,
    remittance_text,
    bank_code,
    statement_id,
    coalesce(is_reversal, false) as is_reversal,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
