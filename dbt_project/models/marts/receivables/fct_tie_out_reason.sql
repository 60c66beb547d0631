select
    company,
    account,
    as_of,
    reason,
    cast(reason_order as integer) as reason_order,
    amount,
    n_rows,
    explains
from {{ ref('int_tie_out__explanations') }}
