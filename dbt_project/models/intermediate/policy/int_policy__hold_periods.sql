-- Days a customer is on credit hold, overlapping holds merged: from included, to excluded.
with holds as (
    select
        company,
        customer_id,
        from_on,
        coalesce(to_on, date '9999-12-31') as to_on
    from {{ ref('stg_cartera__credit_holds') }}
    where to_on is null or to_on > from_on
),

reached as (
    select
        *,
        max(to_on) over (
            partition by company, customer_id
            order by from_on, to_on
            rows between unbounded preceding and 1 preceding
        ) as reached_before
    from holds
),

numbered as (
    select
        *,
        sum(case when reached_before is null or from_on > reached_before then 1 else 0 end) over (
            partition by company, customer_id
            order by from_on, to_on
        ) as hold_no
    from reached
)

select company, customer_id, min(from_on) as held_from, max(to_on) as held_to
from numbered
group by company, customer_id, hold_no
