-- If this fails, documents of a company that neither cartera.yml nor the data describes are left out of every figure.
select documents.company, count(*) as documents
from {{ ref('stg_cartera__document_versions') }} as documents
left join {{ ref('dim_company') }} as companies on documents.company = companies.company
where companies.company is null
group by documents.company
