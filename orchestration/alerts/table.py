"""The published table `alert`: its columns, and its rows as the alerts stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.alerts.voice import Voice
from orchestration.alerts.why import why
from orchestration.settings.models import Settings
from orchestration.store.records import AlertState

ALERT_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("alert_key", "VARCHAR", "Name of the alert: hash of rule, company and subject; the same every day"),
    ("rule_id", "VARCHAR", "Policy rule, as in dim_policy_rule"),
    ("company", "VARCHAR", "Company code"),
    ("subject", "VARCHAR", "What the rule judged, usually a customer"),
    ("customer_id", "VARCHAR", "Customer, where there is one"),
    ("customer_name", "VARCHAR", "Name of the customer"),
    ("severity", "VARCHAR", "critical, high, medium or low"),
    ("state", "VARCHAR", "pending, open, acknowledged, snoozed, resolved or closed"),
    ("first_seen", "DATE", "Day of the evaluation that first saw this breach"),
    ("since", "DATE", "Day the breach began"),
    ("last_evaluated_on", "DATE", "Newest day on which the rule could judge the subject"),
    ("observed", "DECIMAL(28,10)", "What the rule measured, in its own unit"),
    ("threshold", "DECIMAL(28,10)", "What the rule allows, in the same unit"),
    ("exposure_base", "DECIMAL(18,4)", "Money at stake, in base_currency"),
    ("base_currency", "VARCHAR", "Functional currency of the company"),
    ("owner", "VARCHAR", "Who answers for it"),
    ("why_es", "VARCHAR", "Why it is there, in Spanish"),
    ("why_en", "VARCHAR", "Why it is there, in English"),
    ("corrective_action_es", "VARCHAR", "What to do, in Spanish"),
    ("corrective_action_en", "VARCHAR", "What to do, in English"),
    ("rule_version", "VARCHAR", "Version of the rule that judged"),
    ("ack_by", "VARCHAR", "Who acknowledged it"),
    ("ack_until", "DATE", "Last day of the acknowledgement"),
    ("snoozed_until", "DATE", "Day it comes back"),
    ("resolved_on", "DATE", "Day the breach was gone"),
)
"""Name, DuckDB type and comment of each column, in order. Key: alert_key."""


def alert_rows(states: Mapping[str, AlertState], settings: Settings) -> list[dict[str, Any]]:
    """One row for each alert, by key, with the columns of ALERT_COLUMNS; amounts are Decimal, days are date."""
    rows = []
    for key in sorted(states):
        state = states[key]
        row: dict[str, Any] = {
            "why_es": why(state, Voice.for_company(settings, "es", state.company)) or None,
            "why_en": why(state, Voice.for_company(settings, "en", state.company)) or None,
            "corrective_action_es": state.corrective_es,
            "corrective_action_en": state.corrective_en,
            "severity": state.severity.value,
            "state": state.state.value,
        }
        rows.append({name: row[name] if name in row else getattr(state, name) for name, _, _ in ALERT_COLUMNS})
    return rows
