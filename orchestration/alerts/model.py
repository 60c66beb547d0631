"""The values the alert machine works on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from orchestration.settings.policies import PolicyRule
from orchestration.store.records import AlertEvent, AlertState, Severity


class Outcome(StrEnum):
    """What a rule said about a subject on a day."""

    PASS = "pass"
    BREACH = "breach"
    WAIVED = "waived"
    NOT_EVALUABLE = "not_evaluable"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One row of `fct_policy_evaluation`: one rule, one subject, one day. Exposure is in `base_currency`;
    `observed` and `threshold` are in the rule's own unit (money for R07, days for R11)."""

    rule_id: str
    subject: str
    evaluated_on: date
    company: str
    customer_id: str | None
    customer_name: str | None
    outcome: Outcome
    severity: Severity
    observed: Decimal | None
    threshold: Decimal | None
    exposure_base: Decimal | None
    base_currency: str
    breached_since: date | None
    rule_version: str
    owner: str | None
    corrective_es: str | None
    corrective_en: str | None
    evidence: str = "{}"

    @property
    def key(self) -> str:
        """The alert this evaluation speaks about."""
        return alert_key(self.rule_id, self.company, self.subject)


def alert_key(rule_id: str, company: str, subject: str) -> str:
    """The name of an alert: 64 hex digits. No amount and no date in it, so it is the same tomorrow."""
    return hashlib.sha256(f"{rule_id}|{company}|{subject}".encode()).hexdigest()


CLEAR_AT: Mapping[str, Decimal] = {"R07": Decimal("0.95")}
"""Share of the threshold at or under which a breach clears; between it and the threshold it stays as it was, so a
customer at the very limit does not ring every other day. Rules that aren't named clear when they pass."""


@dataclass(frozen=True, slots=True)
class AlertParams:
    """How the machine decides. `floors`: by rule and currency, the exposure under which nothing opens."""

    clear_at: Mapping[str, Decimal] = field(default_factory=lambda: CLEAR_AT)
    floors: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    open_after_days: Mapping[str, int] = field(default_factory=dict)
    reopen_within_days: int = 14

    @classmethod
    def from_policies(cls, policies: Iterable[PolicyRule], today: date) -> AlertParams:
        """The parameters in force on a day: materiality floors of the rule versions valid then."""
        valid = [p for p in policies if p.valid_from <= today and (p.valid_to is None or today <= p.valid_to)]
        return cls(floors={p.rule_id: p.materiality_floor for p in valid if p.materiality_floor})

    def floor(self, rule_id: str, currency: str) -> Decimal:
        """The least exposure worth an alert, in `currency`; zero when none was set."""
        return self.floors.get(rule_id, {}).get(currency, Decimal(0))


@dataclass(frozen=True, slots=True)
class Transition:
    """What one evaluation day did: every alert as it stands after it, those that differ, and what happened."""

    states: Mapping[str, AlertState]
    changed: frozenset[str]
    events: tuple[AlertEvent, ...]
