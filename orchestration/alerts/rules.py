"""The rules in words: what each is called, in which unit it measures, and what it saw against what it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from orchestration.alerts.voice import Voice
from orchestration.store.records import AlertState

Unit = Literal["money", "days", "number"]


@dataclass(frozen=True, slots=True)
class RuleWords:
    """`name` stands alone; `one`/`many` follow a number in a subject line. Each by language."""

    name: Mapping[str, str]
    one: Mapping[str, str]
    many: Mapping[str, str]
    unit: Unit


RULES: Mapping[str, RuleWords] = {
    "R07": RuleWords(
        name={"es": "Exposición sobre la línea de crédito", "en": "Exposure over the credit limit"},
        one={"es": "cliente sobre su línea", "en": "customer over limit"},
        many={"es": "clientes sobre su línea", "en": "customers over limit"},
        unit="money",
    ),
    "R11": RuleWords(
        name={"es": "Falta el bloqueo de crédito", "en": "Credit hold missing"},
        one={"es": "cliente sin bloqueo", "en": "customer without hold"},
        many={"es": "clientes sin bloqueo", "en": "customers without hold"},
        unit="days",
    ),
}


def rule_name(rule_id: str, voice: Voice) -> str:
    """`Exposure over the credit limit (R07)`; the identifier alone for a rule without words."""
    words = RULES.get(rule_id)
    return f"{words.name[voice.language]} ({rule_id})" if words else rule_id


def counted(rule_id: str, n: int, voice: Voice) -> str | None:
    """`2 customers over limit`; None for a rule without words."""
    words = RULES.get(rule_id)
    if words is None:
        return None
    return f"{voice.number(Decimal(n))} {(words.one if n == 1 else words.many)[voice.language]}"


def measured(alert: AlertState, value: Decimal, voice: Voice) -> str:
    """A value in the rule's unit: money of the company, days, or a bare number."""
    words = RULES.get(alert.rule_id)
    if words is not None and words.unit == "money":
        return voice.money(value, alert.base_currency)
    if words is not None and words.unit == "days":
        return voice.count("since.days", int(value))
    return voice.number(value)


def observed_against(alert: AlertState, voice: Voice) -> str | None:
    """`MXN 1,200.00, limit MXN 1,000.00 (120 %)`; None when the rule gave no figures."""
    if alert.observed is None:
        return None
    observed = measured(alert, alert.observed, voice)
    if alert.threshold is None:
        return observed
    threshold = measured(alert, alert.threshold, voice)
    words = RULES.get(alert.rule_id)
    if words is not None and words.unit == "money" and alert.threshold > 0:
        share = voice.share(alert.observed, alert.threshold)
        return voice.say("observed.share", observed=observed, threshold=threshold, share=share)
    return voice.say("observed.against", observed=observed, threshold=threshold)
