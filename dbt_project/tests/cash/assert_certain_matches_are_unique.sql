-- If this fails, one receipt settles two invoices by itself, or one invoice is settled twice.
select company, document_id, count(*) as times_matched
from {{ ref('fct_bank_match') }}
where status = 'auto'
group by company, document_id
having count(*) > 1
