select currency
from {{ source('settings', 'presentation') }}
