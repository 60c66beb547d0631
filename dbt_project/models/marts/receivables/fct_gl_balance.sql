select
    company,
    account,
    as_of,
    balance
from {{ ref('stg_cartera__gl_balances') }}
