-- If this warns, a receipt or credit pays more than it holds: the source applied it twice, or a reversal is missing.
{{ config(severity='warn') }}

select items.company, items.document_id, items.document_type, balances.open_amount
from {{ ref('fct_open_balance') }} as balances
inner join {{ ref('dim_receivable_item') }} as items
    on balances.item_id = items.item_id and items.is_current
where balances.valid_to is null and items.is_credit and balances.open_amount > 0
