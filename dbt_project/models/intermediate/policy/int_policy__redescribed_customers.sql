-- Customers of whom a row that arrived says something else than the row before, of what credit policy reads. A list of invoices
-- names its customers with every file; a name given so means nothing where another row says more.
with arrived as (
    select distinct company, customer_id from {{ source('lake', 'customers') }}
    where _batch_seq > (select build.applied_seq from {{ source('settings', 'build') }} as build)
),

described as (
    select
        company,
        customer_id,
        _loaded_at,
        _batch_seq,
        _row,
        {{ says_more_than_a_name() }} as says_more,
        {{ fingerprint(['name', 'segment', 'credit_limit', 'credit_limit_currency', 'on_hold', 'is_intercompany']) }} as content
    from {{ source('lake', 'customers') }} as all_rows
    where {{ key_is_among('all_rows', ['company', 'customer_id'], 'arrived') }}
),

compared as (
    select
        *,
        max(case when says_more then 1 else 0 end) over (partition by company, customer_id) = 1 as is_described,
        lag(content) over (
            partition by company, customer_id, says_more
            order by _loaded_at, _batch_seq, _row
        ) as content_before
    from described
)

select distinct company, customer_id
from compared
where
    says_more = is_described
    and (content_before is null or content <> content_before)
    and _batch_seq > (select build.applied_seq from {{ source('settings', 'build') }} as build)
