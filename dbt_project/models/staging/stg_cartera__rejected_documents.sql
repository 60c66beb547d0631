-- What could be read of documents whose rows, or whose whole files, were refused. The newest refusal of each.
with refused as (
    select
        company, document_id, document_type, number, customer_id, issue_date, currency, amount, fx_rate, base_amount,
        status, cancelled_on, receivable_account, _source, _file_sha256, _file_name, _row, _loaded_at,
        false as is_file_refused
    from {{ source('lake', '_rejected_documents') }}
    union all
    select
        company, document_id, document_type, number, customer_id, issue_date, currency, amount, fx_rate, base_amount,
        status, cancelled_on, receivable_account, _source, _file_sha256, _file_name, _row, _loaded_at,
        true as is_file_refused
    from {{ source('quality', 'refused_documents') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by company, document_id
            order by _loaded_at desc, _file_sha256 asc, _row desc
        ) as preference
    from refused
    where company is not null and document_id is not null
)

select
    company,
    document_id,
    document_type,
    number,
    customer_id,
    issue_date,
    currency,
    amount,
    fx_rate,
    base_amount,
    coalesce(status, 'posted') as status,
    cancelled_on,
    receivable_account,
    is_file_refused,
    _source as source,
    _file_sha256 as batch_id,
    _file_name as file_name,
    _row as source_line,
    _loaded_at as refused_at
from ranked
where preference = 1
