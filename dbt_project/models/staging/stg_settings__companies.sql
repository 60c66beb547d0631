select
    company,
    name,
    country,
    functional_currency,
    tax_id,
    parent_company
from {{ source('settings', 'companies') }}
