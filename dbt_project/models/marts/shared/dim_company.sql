select
    companies.company,
    companies.name,
    companies.country,
    companies.functional_currency,
    cast(companies.minor_units as integer) as minor_units,
    companies.tax_id,
    companies.parent_company,
    companies.default_account,
    presentation.currency as presentation_currency
from {{ ref('int_ledger__companies') }} as companies
cross join {{ ref('stg_settings__presentation') }} as presentation
