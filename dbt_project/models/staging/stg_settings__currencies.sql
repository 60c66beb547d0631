select
    currency,
    minor_units
from {{ source('settings', 'currencies') }}
