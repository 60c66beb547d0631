-- If this fails, somebody is accused of breaking a rule that was not in force on the day.
select evaluations.rule_id, evaluations.subject, evaluations.evaluated_on
from {{ ref('fct_policy_evaluation') }} as evaluations
left join {{ ref('dim_policy_rule') }} as rules
    on evaluations.rule_version = rules.rule_version
where
    rules.rule_id is null
    or evaluations.evaluated_on < rules.valid_from
    or evaluations.evaluated_on >= rules.valid_to
    or (evaluations.outcome in ('breach', 'waived') and evaluations.breached_since is null)
    or evaluations.breached_since > evaluations.evaluated_on
