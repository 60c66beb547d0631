-- Billings and collections by day in base currency. Billings are invoices and debit notes net of credit notes, tax and
-- freight included, at the document's rate; a cancelled document leaves the billings of the day it is cancelled.
with entries as (
    select company, item_id, entry_date, base_amount, entry_type
    from {{ ref('fct_receivable_entry') }}
    where
        known_to is null
        and entry_type in ('invoice', 'debit_note', 'credit_note', 'receipt', 'cancellation')
        and entry_date <= {{ as_of_date() }}
),

-- a document's own entry is called what the document is; only of the few cancelled ones it must be looked up
activity as (
    select company, entry_date, base_amount, entry_type as document_type
    from entries
    where entry_type <> 'cancellation'
    union all
    select entries.company, entries.entry_date, entries.base_amount, items.document_type
    from entries
    inner join {{ ref('dim_receivable_item') }} as items
        on entries.item_id = items.item_id and items.is_current
    where entries.entry_type = 'cancellation'
)

select
    company,
    entry_date as activity_date,
    sum(case when document_type in ('invoice', 'debit_note', 'credit_note') then base_amount else 0 end) as billed_base,
    -sum(case when document_type = 'receipt' then base_amount else 0 end) as collected_base
from activity
group by company, entry_date
