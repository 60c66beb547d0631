"""The two DSO cards: method on the card, definition and reasons behind the question mark."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from dashboards.domain.assemble import Dso, Method
from dashboards.ui.cards import Card
from dashboards.ui.frame import Frame
from dashboards.ui.texts import plain


def dso_cards(frame: Frame, method: Method, now: Dso, before: Dso | None, trend: Sequence[Dso]) -> list[Card]:
    """DSO and best possible DSO by one method, each with its change in days."""
    texts, formats = frame.texts, frame.formats
    name = texts(f"card.method.{method}")
    if before is not None and not now.is_comparable(before):
        before = None
    basis = texts("card.dso_basis", day=formats.day(now.day))
    if frame.segment is not None:
        basis += f" · {texts('card.dso_whole')}"
    versus = texts("card.versus", day=formats.day(before.day)) if before and before.day else ""
    if versus and frame.segment is not None:
        versus += f" · {texts('card.whole_company')}"
    detail = _detail(frame, now)
    change = _change(now.value, before.value if before else None)
    best_change = _change(now.best, before.best if before else None)
    return [
        Card(
            key="dso",
            label=texts("card.dso", method=name),
            value=_days(frame, now.value),
            change=change,
            change_text=_signed_days(frame, change),
            versus=versus,
            meaning="rising is bad",
            trend=[point.value for point in trend],
            help=texts("card.dso_help", basis=basis, definition=texts(f"card.definition.{method}"), detail=detail),
        ),
        Card(
            key="dso_best",
            label=texts("card.dso_best"),
            value=_days(frame, now.best),
            change=best_change,
            change_text=_signed_days(frame, best_change),
            versus=versus,
            meaning="rising is bad",
            trend=[point.best for point in trend],
            help=texts("card.dso_best_help", method=name, basis=basis, detail=detail),
        ),
    ]


def _detail(frame: Frame, now: Dso) -> str:
    texts = frame.texts
    if frame.scope.is_group:
        parts = " · ".join(_part(frame, *part) for part in now.parts)
        return texts("card.dso_group", parts=parts)
    reasons = [_reason(frame, reason) for _, value, reason in now.parts if value is None]
    return "\n\n" + " · ".join(reasons) if reasons else ""


def _part(frame: Frame, company: str, value: Decimal | None, reason: str) -> str:
    said = _reason(frame, reason) if value is None else frame.texts("card.days", n=frame.formats.number(value, 1))
    return f"{plain(company)}: {said}"


def _reason(frame: Frame, reason: str) -> str:
    return frame.texts.known(f"reason.{reason}", plain(reason) or frame.texts("card.unknown"))


def _days(frame: Frame, value: Decimal | None) -> str:
    return frame.texts("card.unknown") if value is None else frame.texts("card.days", n=frame.formats.number(value, 1))


def _signed_days(frame: Frame, change: Decimal | None) -> str:
    if change is None:
        return ""
    sign = "+" if change > 0 else ""
    return sign + frame.texts("card.days", n=frame.formats.number(change, 1))


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    if now is None or before is None:
        return None
    # rounded as it is shown: a change that reads 0.0 has no arrow and no colour
    return (now - before).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
