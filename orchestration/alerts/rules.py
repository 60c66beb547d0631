"""The rules in words: what each is called, in which unit it measures, and why it fired."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from orchestration.alerts.voice import Voice, clean
from orchestration.store.records import AlertState

Unit = Literal["money", "days", "number"]
MAX_DOCUMENTS = 3


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


def why(alert: AlertState, voice: Voice) -> str:
    """Why the alert is there, in a few sentences: the rule's arithmetic, then the documents behind it.

    Reads these keys of the evidence where they are there (amounts in base currency, as numbers or text):
    `open_base`, `unbilled_orders_base`, `unapplied_base`; `documents`, a list of
    {`number` or `document_id`, `open_base`, `days_past_due`}, the weightiest first.
    """
    listed = documents(alert, voice)
    named = f"{voice.say('fact.documents')}: {listed}." if listed else ""
    return " ".join(sentence for sentence in (arithmetic(alert, voice), named) if sentence)


def arithmetic(alert: AlertState, voice: Voice) -> str:
    """How the rule came to its verdict: `It is MXN 200.00 over its limit.` Empty for a rule without words."""
    return _arithmetic(alert, _evidence(alert.evidence), voice)


def documents(alert: AlertState, voice: Voice) -> str:
    """The documents behind the alert, at most three: `F-10 · MXN 200.00 · 78 days late`. Empty when unknown."""
    return _documents(alert, _evidence(alert.evidence), voice)


def _arithmetic(alert: AlertState, evidence: Mapping[str, Any], voice: Voice) -> str:
    spanish = voice.language == "es"
    if alert.observed is None or alert.threshold is None:
        return ""
    if alert.rule_id == "R07":
        over = alert.observed - alert.threshold
        if over <= 0:  # under the limit again, but not yet under the share of it that clears the alert
            margin = voice.money(-over, alert.base_currency)
            return f"Ya está {margin} bajo su límite." if spanish else f"It is now {margin} under its limit."
        excess = voice.money(over, alert.base_currency)
        first = f"Excede su límite por {excess}." if spanish else f"It is {excess} over its limit."
        return " ".join(part for part in (first, _exposure_parts(alert, evidence, voice)) if part)
    if alert.rule_id == "R11":
        days, limit = measured(alert, alert.observed, voice), measured(alert, alert.threshold, voice)
        if spanish:
            return f"Su partida más antigua lleva {days} vencida y no hay bloqueo; la política lo pide a los {limit}."
        return f"Its oldest item is {days} past due and there is no hold; the policy asks for one at {limit}."
    return ""


def _exposure_parts(alert: AlertState, evidence: Mapping[str, Any], voice: Voice) -> str:
    names = (
        ("open_base", "abierto", "open"),
        ("unbilled_orders_base", "pedidos sin facturar", "unbilled orders"),
        ("unapplied_base", "cobros sin aplicar", "unapplied cash"),
    )
    parts = []
    for key, es, en in names:
        amount = _decimal(evidence.get(key))
        if amount:
            parts.append(f"{es if voice.language == 'es' else en} {voice.money(amount, alert.base_currency)}")
    if len(parts) < 2:
        return ""  # a sum of one is the figure itself
    return ("La componen: " if voice.language == "es" else "Made of: ") + "; ".join(parts) + "."


def _documents(alert: AlertState, evidence: Mapping[str, Any], voice: Voice) -> str:
    listed = evidence.get("documents")
    if not isinstance(listed, list) or not listed:
        return ""
    parts = []
    for document in listed[:MAX_DOCUMENTS]:
        if not isinstance(document, dict):
            continue
        words = [clean(str(document.get("number") or document.get("document_id") or "?"))]
        if (amount := _decimal(document.get("open_base"))) is not None:
            words.append(voice.money(amount, alert.base_currency))
        if (late := _decimal(document.get("days_past_due"))) is not None and late > 0:
            days = voice.count("since.days", int(late))
            words.append(f"{days} de mora" if voice.language == "es" else f"{days} late")
        parts.append(" · ".join(words))
    return "; ".join(parts)


def _evidence(text: str) -> dict[str, Any]:
    """The evidence as a mapping; anything else says nothing, for a mail must not fail over a decoration."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
