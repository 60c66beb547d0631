-- Billings and collections by day in base currency. Billings are invoices and debit notes net of credit notes, tax and
-- freight included, at the document's rate; a cancelled document leaves the billings of the day it is cancelled.
with entries as (
    select
        entries.company,
        entries.entry_date,
        entries.base_amount,
        items.document_type
    from {{ ref('fct_receivable_entry') }} as entries
    inner join {{ ref('dim_receivable_item') }} as items
        on entries.item_id = items.item_id and items.is_current
    where
        entries.known_to is null
        and (entries.entry_type = items.document_type or entries.entry_type = 'cancellation')
        and entries.entry_date <= {{ as_of_date() }}
)

select
    company,
    entry_date as activity_date,
    sum(case when document_type in ('invoice', 'debit_note', 'credit_note') then base_amount else 0 end) as billed_base,
    -sum(case when document_type = 'receipt' then base_amount else 0 end) as collected_base
from entries
group by company, entry_date
