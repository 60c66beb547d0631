-- What can be open: a document, or each instalment of one. One row per item and version of its document.
with documents as (
    select * from {{ ref('int_ledger__document_versions') }}
    where stands
),

instalments as (
    select * from {{ ref('stg_cartera__instalments') }}
)

select
    {{ item_id('documents.company', 'documents.document_id', 'instalments.instalment_no') }} as item_id,
    documents.company,
    documents.document_id,
    instalments.instalment_no,
    documents.document_type,
    documents.number,
    documents.customer_id,
    documents.issue_date,
    coalesce(instalments.due_date, documents.due_date) as due_date,
    documents.is_due_date_missing and instalments.due_date is null as is_due_date_missing,
    documents.currency,
    documents.sign,
    coalesce(abs(instalments.amount), documents.amount) as amount,
    documents.base_only_amount,
    documents.base_currency,
    documents.minor_units,
    documents.fx_rate,
    documents.ended_on,
    documents.end_reason,
    documents.receivable_account,
    documents.is_ceded,
    -- credits and unapplied money stand in a column of their own; an over-applied invoice stays with the invoices
    documents.document_type in ('credit_note', 'receipt', 'write_off', 'discount', 'withholding')
    or (documents.document_type = 'journal' and documents.sign = -1) as is_credit,
    documents.source,
    documents.batch_id,
    documents.source_line,
    documents.known_from,
    documents.known_to,
    documents.is_current
from documents
left join instalments
    on
        documents.company = instalments.company
        and documents.document_id = instalments.document_id
        and documents.document_type <> 'revaluation'
