select
    company,
    name,
    country,
    functional_currency,
    cast(minor_units as integer) as minor_units,
    tax_id,
    parent_company,
    default_account
from {{ ref('int_ledger__companies') }}
