"""Why an alert is there, in a few sentences, from the figures and the evidence of its evaluation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from orchestration.alerts.rules import measured
from orchestration.alerts.voice import Voice, clean
from orchestration.store.records import AlertState

Evidence = Mapping[str, Any]


def why(alert: AlertState, voice: Voice) -> str:
    """The reason of an alert; empty for a rule without words or without figures.

    The evidence is the JSON of `fct_policy_evaluation`, amounts as text in base currency. What it does not hold is
    left out: a mail must not fail over a missing detail.
    """
    reason = REASONS.get(alert.rule_id)
    if reason is None or alert.observed is None or alert.threshold is None:
        return ""
    return " ".join(reason(alert, alert.observed, alert.threshold, _evidence(alert.evidence), voice))


def _over_limit(
    alert: AlertState, observed: Decimal, threshold: Decimal, evidence: Evidence, voice: Voice
) -> Iterable[str]:
    """R07. Evidence: `open_items_net_of_unapplied`, `unbilled_orders`, `limit_approved_by`, `limit_valid_from`."""
    over = observed - threshold
    if over <= 0:  # under the limit again, but not yet under the share of it that clears the alert
        yield voice.say("why.under", amount=voice.money(-over, alert.base_currency))
        return
    yield voice.say("why.over", amount=voice.money(over, alert.base_currency))
    open_items, orders = (
        _decimal(evidence.get("open_items_net_of_unapplied")),
        _decimal(evidence.get("unbilled_orders")),
    )
    if open_items is not None and orders:  # without orders the open balance is the whole figure
        amounts = (voice.money(amount, alert.base_currency) for amount in (open_items, orders))
        yield voice.say("why.made_of", **dict(zip(("open", "orders"), amounts, strict=True)))
    name, since = _text(evidence.get("limit_approved_by")), _day(evidence.get("limit_valid_from"))
    if name and since:
        yield voice.say("why.limit", name=name, day=voice.day(since))


def _no_hold(
    alert: AlertState, observed: Decimal, threshold: Decimal, evidence: Evidence, voice: Voice
) -> Iterable[str]:
    """R11. Evidence: `documents_past_threshold`, `example_document`, `past_threshold_base`, `hold_due_on`,
    `last_released_on`."""
    yield voice.say("why.no_hold", days=measured(alert, observed, voice), limit=measured(alert, threshold, voice))
    n, amount = _decimal(evidence.get("documents_past_threshold")), _decimal(evidence.get("past_threshold_base"))
    example = _text(evidence.get("example_document"))
    if n and example and amount is not None:
        yield voice.count("why.documents", int(n), example=example, amount=voice.money(amount, alert.base_currency))
    if due := _day(evidence.get("hold_due_on")):
        yield voice.say("why.hold_due", day=voice.day(due))
    if released := _day(evidence.get("last_released_on")):
        yield voice.say("why.released", day=voice.day(released))


REASONS: Mapping[str, Callable[[AlertState, Decimal, Decimal, Evidence, Voice], Iterable[str]]] = {
    "R07": _over_limit,
    "R11": _no_hold,
}
"""How each rule gives its reason; a new rule is one function and its texts."""


def _evidence(text: str) -> Evidence:
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


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""
