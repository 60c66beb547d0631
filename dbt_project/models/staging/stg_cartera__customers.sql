-- The newest row of each customer. Invoice lists yield customers of whom only the name is known; such a row never
-- takes the place of one that says more, or a new invoice file would wipe out limits and segments.
with described as (
    select
        *,
        _loaded_at as known_from,
        {{ says_more_than_a_name() }} as says_more
    from {{ source('lake', 'customers') }}
),

versions as (
    select
        *,
        row_number() over (
            partition by company, customer_id
            order by case when says_more then 1 else 2 end, known_from desc, _batch_seq desc, _row desc
        ) as preference
    from described
)

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
    says_more as is_described,
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where preference = 1
