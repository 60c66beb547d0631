-- Items that are open on the wrong side of zero on the as-of day. One row per item.
with open_items as (
    select * from {{ ref('fct_open_balance') }}
    where valid_from <= {{ as_of_date() }} and (valid_to is null or valid_to > {{ as_of_date() }})
)

select
    items.company,
    case when items.is_credit then 'credit_over_applied' else 'debit_over_applied' end as kind,
    concat(
        items.document_id, case when items.instalment_no is not null then '#' || cast(items.instalment_no as string) else '' end
    ) as subject,
    items.document_id,
    items.instalment_no,
    items.customer_id,
    cast(null as string) as other,
    open_items.valid_from as exception_date,
    open_items.open_amount as amount,
    items.currency,
    items.known_from,
    items.source,
    items.batch_id,
    items.source_line
from open_items
inner join {{ ref('dim_receivable_item') }} as items
    on open_items.item_id = items.item_id and items.is_current
where
    (items.is_credit and open_items.open_amount > 0)
    or (not items.is_credit and open_items.open_amount < 0)
