with disputed as (
    select
        segments.company,
        segments.bucket,
        greatest(segments.date_from, periods.disputed_from) as date_from,
        least(segments.date_to, periods.disputed_to) as date_to,
        segments.open_base
    from (
        select company, document_id, bucket, date_from, date_to, open_base
        from {{ ref('int_ageing__balance_segments') }} as all_segments
        where {{ key_is_among('all_segments', ['company', 'document_id'], ref('int_ledger__disputed_periods')) }}
    ) as segments
    inner join {{ ref('int_ledger__disputed_periods') }} as periods
        on
            segments.company = periods.company
            and segments.document_id = periods.document_id
            and segments.date_from < periods.disputed_to
            and segments.date_to > periods.disputed_from
),

changes as (
    select company, bucket, date_from as change_date, open_base, cast(0 as decimal(18, 4)) as disputed_base, 1 as n_items
    from {{ ref('int_ageing__balance_segments') }}
    union all
    select company, bucket, date_to as change_date, -open_base as open_base, cast(0 as decimal(18, 4)) as disputed_base, -1 as n_items
    from {{ ref('int_ageing__balance_segments') }}
    union all
    select company, bucket, date_from as change_date, cast(0 as decimal(18, 4)) as open_base, open_base as disputed_base, 0 as n_items
    from disputed
    union all
    select company, bucket, date_to as change_date, cast(0 as decimal(18, 4)) as open_base, -open_base as disputed_base, 0 as n_items
    from disputed
),

changes_by_day as (
    select
        company,
        bucket,
        change_date,
        sum(open_base) as open_base,
        sum(disputed_base) as disputed_base,
        sum(n_items) as n_items
    from changes
    where change_date <= {{ as_of_date() }}
    group by company, bucket, change_date
),

buckets as (
    select bucket, bucket_order from {{ ref('stg_settings__ageing_buckets') }}
    where scheme = 'default'
    union all
    select 'unapplied' as bucket, max(bucket_order) + 1 as bucket_order
    from {{ ref('stg_settings__ageing_buckets') }}
    where scheme = 'default'
),

first_days as (
    select company, min(change_date) as first_day from changes_by_day
    group by company
),

days as (
    select first_days.company, calendar.date_day
    from first_days
    inner join {{ ref('int_calendar__days') }} as calendar
        on first_days.first_day <= calendar.date_day
)

select
    days.company,
    days.date_day as date,
    buckets.bucket,
    cast(buckets.bucket_order as integer) as bucket_order,
    cast(coalesce(sum(changes_by_day.open_base) over through_the_day, 0) as decimal(38, 4)) as open_base,
    cast(coalesce(sum(changes_by_day.disputed_base) over through_the_day, 0) as decimal(38, 4)) as disputed_base,
    cast(coalesce(sum(changes_by_day.n_items) over through_the_day, 0) as bigint) as n_items
from days
cross join buckets
left join changes_by_day
    on
        days.company = changes_by_day.company
        and buckets.bucket = changes_by_day.bucket
        and days.date_day = changes_by_day.change_date
window through_the_day as (
    partition by days.company, buckets.bucket
    order by days.date_day
)
