select
    rule_id,
    valid_from,
    valid_to,
    rule_version,
    severity,
    owner,
    corrective_action_es,
    corrective_action_en
from {{ ref('int_policy__rules') }}
