-- If this fails, DSO is computed on receivables that are not those of the ageing.
with ageing as (
    select
        company,
        date as month_end,
        sum(open_base) as receivables_base,
        sum(case when bucket = 'unapplied' then open_base else 0 end) as unapplied_base
    from {{ ref('fct_aging_daily') }}
    group by company, date
)

select metrics.company, metrics.month_end, metrics.receivables_base, ageing.receivables_base as aged_base
from {{ ref('fct_collection_metrics') }} as metrics
left join ageing on metrics.company = ageing.company and metrics.month_end = ageing.month_end
where
    metrics.receivables_base <> coalesce(ageing.receivables_base, 0)
    or metrics.unapplied_base <> coalesce(ageing.unapplied_base, 0)
    or metrics.gross_base + metrics.unapplied_base <> metrics.receivables_base
    or metrics.current_base + metrics.overdue_base <> metrics.gross_base
