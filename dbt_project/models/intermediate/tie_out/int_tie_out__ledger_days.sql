-- What the ledger says, and when it was asked. `taken_at` is the source's own time where it gives one (`is_time_given`);
-- a load time only says that the balance was taken by then.
select
    company,
    account,
    as_of,
    balance as gl_balance,
    known_from as taken_at,
    recorded_at is not null as is_time_given,
    cast({{ add_days('as_of', '1') }} as timestamp) as next_day
from {{ ref('stg_cartera__gl_balances') }}
