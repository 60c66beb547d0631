select
    rule_id,
    valid_from,
    valid_to,
    severity,
    owner,
    corrective_action_es,
    corrective_action_en
from {{ source('settings', 'policy_rules') }}
