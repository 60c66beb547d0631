"""Alerts: policy evaluations become states that last, and states become mails that are sent once.

`evaluations` reads what the policy models found · `machine` decides what changed (pure) · `digest` decides who is
told what (pure) · `render` and `message` turn that into a mail · `plan` ties them together and commits · `outbox`
hands the mails to the server. Nothing here looks at a clock or at the network, but for `outbox`.
"""

from orchestration.alerts.context import MailContext, read_context
from orchestration.alerts.evaluations import read_evaluations
from orchestration.alerts.machine import next_states
from orchestration.alerts.model import AlertParams, Evaluation, Outcome, Transition, alert_key
from orchestration.alerts.outbox import SendReport, send_outbox
from orchestration.alerts.plan import AlertPlan, CommitResult, commit_plan, plan_alerts
from orchestration.alerts.preview import preview

__all__ = [
    "AlertParams",
    "AlertPlan",
    "CommitResult",
    "Evaluation",
    "MailContext",
    "Outcome",
    "SendReport",
    "Transition",
    "alert_key",
    "commit_plan",
    "next_states",
    "plan_alerts",
    "preview",
    "read_context",
    "read_evaluations",
    "send_outbox",
]
