-- What can be open: a document, or each instalment of one. One row per item and state of what is known of it, of the
-- documents this build works out.
with documents as (
    select *
    from {{ ref('int_ledger__document_states') }} as versions
    where stands and {{ touched_only('versions') }}
),

plans as (
    select * from {{ ref('int_ledger__instalment_plans') }}
)

select
    {{ item_id('documents.company', 'documents.document_id', 'plans.instalment_no') }} as item_id,
    documents.company,
    documents.document_id,
    plans.instalment_no,
    documents.document_type,
    documents.number,
    documents.customer_id,
    documents.issue_date,
    coalesce(plans.due_date, documents.due_date) as due_date,
    documents.is_due_date_missing and plans.instalment_no is null as is_due_date_missing,
    documents.currency,
    documents.sign,
    coalesce(plans.amount, documents.amount) as amount,
    documents.base_only_amount,
    documents.base_currency,
    documents.minor_units,
    documents.fx_rate,
    documents.ended_on,
    documents.receivable_account,
    documents.is_ceded,
    -- credits and unapplied money stand in a column of their own; an over-applied invoice stays with the invoices
    documents.document_type in ('credit_note', 'receipt', 'write_off', 'discount', 'withholding')
    or (documents.document_type = 'journal' and documents.sign = -1) as is_credit,
    documents.source,
    documents.batch_id,
    documents.source_line,
    greatest(documents.known_from, coalesce(plans.known_from, documents.known_from)) as known_from,
    case
        when documents.known_to is null then plans.known_to
        else least(documents.known_to, coalesce(plans.known_to, documents.known_to))
    end as known_to,
    documents.known_to is null and plans.known_to is null as is_current
from documents
left join plans
    on
        documents.company = plans.company
        and documents.document_id = plans.document_id
        and documents.known_from <= plans.known_from
        and plans.known_from < coalesce(documents.known_to, timestamp '9999-12-31 00:00:00')
