select
    company,
    account,
    account_order
from {{ source('settings', 'receivable_accounts') }}
