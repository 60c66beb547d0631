{{ newest_versions('customers', key=['company', 'customer_id']) }}

select
    company,
    customer_id,
    name,
    tax_id,
    country,
    segment,
    group_id,
    email,
    phone,
    language,
    terms_days,
    credit_limit,
    credit_limit_currency,
    coalesce(on_hold, false) as on_hold,
    customer_since,
    collector,
    sales_rep,
    coalesce(is_intercompany, false) as is_intercompany,
    credit_file_complete_on,
    contract_signed_on,
    credit_checked_on,
    credit_score,
    insured_limit,
    margin_12m,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
