-- If this fails, an invoice is open for more or less than it was billed: an instalment was rejected, or never came.
with instalments as (
    select company, document_id, sum(amount) as amount
    from {{ ref('stg_cartera__instalments') }}
    group by company, document_id
)

select documents.company, documents.document_id, documents.amount, instalments.amount as sum_of_instalments
from {{ ref('stg_cartera__document_versions') }} as documents
inner join instalments
    on documents.company = instalments.company and documents.document_id = instalments.document_id
where
    documents.is_current
    and documents.status = 'posted'
    and documents.document_type <> 'revaluation'
    and abs(documents.amount) <> abs(instalments.amount)
