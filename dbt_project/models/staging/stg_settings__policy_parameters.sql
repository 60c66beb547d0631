select
    rule_id,
    valid_from,
    name,
    segment,
    currency,
    number,
    word
from {{ source('settings', 'policy_parameters') }}
