-- If this warns, an application between two currencies gives neither its second amount nor the rates to work it out:
-- it settles nothing until it does.
{{ config(severity='warn') }}

select
    applications.company,
    applications.application_id,
    from_documents.currency as from_currency,
    to_documents.currency as to_currency
from {{ ref('stg_cartera__application_versions') }} as applications
inner join {{ ref('int_ledger__document_states') }} as from_documents
    on
        applications.company = from_documents.company
        and applications.from_document_id = from_documents.document_id
        and from_documents.is_current
inner join {{ ref('int_ledger__document_states') }} as to_documents
    on
        applications.company = to_documents.company
        and applications.to_document_id = to_documents.document_id
        and to_documents.is_current
where
    applications.is_current
    and applications.from_amount is null
    and from_documents.currency <> to_documents.currency
    and (from_documents.fx_rate is null or to_documents.fx_rate is null)
