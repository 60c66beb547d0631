-- If this warns, a payment names a document that was never loaded; it settles nothing until that arrives.
{{ config(severity='warn') }}

select applications.company, applications.application_id, applications.from_document_id, applications.to_document_id
from {{ ref('stg_cartera__application_versions') }} as applications
left join {{ ref('stg_cartera__document_versions') }} as from_documents
    on
        applications.company = from_documents.company
        and applications.from_document_id = from_documents.document_id
        and from_documents.is_current
left join {{ ref('stg_cartera__document_versions') }} as to_documents
    on
        applications.company = to_documents.company
        and applications.to_document_id = to_documents.document_id
        and to_documents.is_current
where applications.is_current and (from_documents.document_id is null or to_documents.document_id is null)
