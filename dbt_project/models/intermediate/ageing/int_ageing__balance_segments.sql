-- Open balances cut at the edges of the default scheme's buckets: each piece lies in one bucket and is either
-- disputed or not, for the days [date_from, date_to). One pass over movements, whatever the number of days.
{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_touched() }}") }}

with balances as (
    select
        company,
        item_id,
        document_id,
        customer_id,
        due_date,
        is_credit,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        open_base
    from {{ ref('fct_open_balance') }} as all_balances
    where {{ touched_only('all_balances') }}
),

buckets as (
    select
        bucket,
        bucket_order,
        from_days,
        to_days
    from {{ ref('stg_settings__ageing_buckets') }}
    where scheme = 'default'
),

-- a bucket's days for an item: from the due date plus its lower edge to the due date plus its upper edge
aged as (
    select
        balances.company,
        balances.item_id,
        balances.document_id,
        balances.customer_id,
        buckets.bucket,
        buckets.bucket_order,
        greatest(
            balances.valid_from,
            case
                when buckets.from_days is not null
                    then {{ add_days('balances.due_date', 'buckets.from_days') }}
                else balances.valid_from
            end
        ) as date_from,
        least(
            balances.valid_to,
            case
                when buckets.to_days is not null
                    then {{ add_days('balances.due_date', 'buckets.to_days + 1') }}
                else balances.valid_to
            end
        ) as date_to,
        balances.open_base
    from balances
    cross join buckets
    where not balances.is_credit
),

unapplied as (
    select
        company,
        item_id,
        document_id,
        customer_id,
        'unapplied' as bucket,
        cast((select max(buckets.bucket_order) + 1 from buckets) as integer) as bucket_order,
        valid_from as date_from,
        valid_to as date_to,
        open_base
    from balances
    where is_credit
)

select * from aged
where date_from < date_to
union all
select * from unapplied
where date_from < date_to
