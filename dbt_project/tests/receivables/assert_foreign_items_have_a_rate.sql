-- If this warns, items in another currency have no value in the company's own: no total holds them.
{{ config(severity='warn') }}

select company, currency, count(*) as items
from {{ ref('dim_receivable_item') }}
where is_current and fx_rate is null
group by company, currency
