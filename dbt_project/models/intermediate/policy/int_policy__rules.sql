-- Rule versions with their validity, open ends made dates.
select
    rule_id,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to,
    rule_id || '@' || cast(valid_from as string) as rule_version,
    severity,
    owner,
    corrective_action_es,
    corrective_action_en
from {{ ref('stg_settings__policy_rules') }}
