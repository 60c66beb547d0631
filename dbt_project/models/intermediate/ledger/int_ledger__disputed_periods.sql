-- Days on which a document is disputed, overlapping disputes merged: from included, to excluded.
with disputes as (
    select
        company,
        document_id,
        opened_on,
        coalesce(resolved_on, date '9999-12-31') as resolved_on
    from {{ ref('stg_cartera__dispute_versions') }}
    where is_current and (resolved_on is null or resolved_on > opened_on)
),

reached as (
    select
        *,
        max(resolved_on) over (
            partition by company, document_id
            order by opened_on, resolved_on
            rows between unbounded preceding and 1 preceding
        ) as reached_before
    from disputes
),

periods as (
    select
        *,
        sum(case when reached_before is null or opened_on > reached_before then 1 else 0 end) over (
            partition by company, document_id
            order by opened_on, resolved_on
        ) as period_no
    from reached
)

select
    company,
    document_id,
    min(opened_on) as disputed_from,
    max(resolved_on) as disputed_to
from periods
group by company, document_id, period_no
