select
    company,
    account,
    as_of,
    gl_balance as balance,
    taken_at,
    is_time_given
from {{ ref('int_tie_out__ledger_days') }}
