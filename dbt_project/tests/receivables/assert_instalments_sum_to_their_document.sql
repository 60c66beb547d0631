-- If this fails, an invoice is open for more or less than it was billed: its items do not sum to the document.
with items as (
    select company, document_id, sum(abs(amount)) as amount
    from {{ ref('dim_receivable_item') }} as all_items
    where is_current and document_type <> 'revaluation' and {{ touched_only('all_items') }}
    group by company, document_id
)

select documents.company, documents.document_id, documents.amount, items.amount as sum_of_items
from {{ ref('stg_cartera__document_versions') }} as documents
inner join items
    on documents.company = items.company and documents.document_id = items.document_id
where documents.is_current and abs(documents.amount) <> items.amount
