select
    company,
    account,
    as_of,
    balance,
    known_from as taken_at,
    recorded_at is not null as is_time_given
from {{ ref('stg_cartera__gl_balances') }}
