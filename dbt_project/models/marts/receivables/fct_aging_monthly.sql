{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_reached('month_end', ref('int_calendar__month_ends'), keys=['is_month_to_date']) }}"
) }}

-- depends_on: {{ ref('int_ledger__reach') }}
with month_ends as (
    select
        month_ends.company,
        month_ends.month_end,
        month_ends.is_month_to_date,
        {% if is_incremental() -%}
            held.company is null as is_new
        {%- else -%}
            true as is_new
        {%- endif %}
    from {{ ref('int_calendar__month_ends') }} as month_ends
    {% if is_incremental() -%}
    left join (select distinct company, month_end from {{ this }}) as held
        on month_ends.company = held.company and month_ends.month_end = held.month_end
    {%- endif %}
),

open_pieces as (
    select
        segments.company,
        segments.customer_id,
        month_ends.month_end,
        segments.bucket,
        segments.bucket_order,
        month_ends.is_month_to_date,
        segments.open_base
    from {{ ref('int_ageing__balance_segments') }} as segments
    inner join month_ends
        on
            segments.company = month_ends.company
            and segments.date_from <= month_ends.month_end
            and segments.date_to > month_ends.month_end
    where month_ends.is_new
    {%- if is_incremental() %}
    union all
    select
        segments.company,
        segments.customer_id,
        month_ends.month_end,
        segments.bucket,
        segments.bucket_order,
        month_ends.is_month_to_date,
        segments.open_base
    from {{ ref('int_ageing__balance_segments') }} as segments
    inner join {{ ref('int_ledger__reach') }} as reach
        on segments.company = reach.company and segments.customer_id = reach.customer_id and segments.date_to > reach.from_date
    inner join month_ends
        on
            segments.company = month_ends.company
            and segments.date_from <= month_ends.month_end
            and segments.date_to > month_ends.month_end
            and reach.from_date <= month_ends.month_end
    where not month_ends.is_new
    {%- endif %}
)

select
    company,
    customer_id,
    month_end,
    bucket,
    cast(bucket_order as integer) as bucket_order,
    is_month_to_date,
    cast(sum(open_base) as decimal(38, 4)) as open_base,
    count(*) as n_items
from open_pieces
group by company, customer_id, month_end, bucket, bucket_order, is_month_to_date
