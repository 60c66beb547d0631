-- Base-only rows in a clearing group, such as the exchange difference of a settlement, end with it, for as long as others
-- of the group are cleared: the difference left the receivable with the items it belongs to.
with cleared as (
    select
        *,
        case when day_from = lag(day_to) over rows_of_one then 0 else 1 end as is_new
    from {{ ref('int_ledger__clearing_days') }}
    where document_type = 'revaluation' and base_only_amount <> 0
    window rows_of_one as (
        partition by company, clearing_group, document_id, slice_from
        order by day_from
    )
),

clearings as (
    select
        *,
        sum(is_new) over (
            partition by company, clearing_group, document_id, slice_from
            order by day_from
        ) as clearing_no
    from cleared
)

select
    company,
    document_id,
    'clearing ' || clearing_group as application_id,
    min(day_from) as effective_on,
    case when count(day_to) = count(*) then max(day_to) end as ended_on,
    base_only_amount,
    slice_from as known_from,
    slice_to as known_to
from clearings
group by company, clearing_group, document_id, base_only_amount, slice_from, slice_to, clearing_no
