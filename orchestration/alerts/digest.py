"""Who is told what: one digest per person, from what happened since that person was last told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from orchestration.settings.models import Person
from orchestration.store.records import AlertEvent, AlertState, Severity, State

EXPIRING_WITHIN_DAYS = 3

DigestKind = Literal["baseline", "digest"]


@dataclass(frozen=True, slots=True)
class Item:
    """One alert in a digest. `severity_before` is set where it rose or fell; `again`: it came back within two weeks."""

    alert: AlertState
    severity_before: Severity | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told on one day.

    A `baseline` is a person's first mail: everything that stands is in `new`, and nothing else is filled.
    `still_open` counts what stands and is not in new, worse or eased. `exposure` is that of new and worse, by currency.
    """

    kind: DigestKind
    person: Person
    as_of: date
    new: tuple[Item, ...] = ()
    worse: tuple[Item, ...] = ()
    eased: tuple[Item, ...] = ()
    resolved: tuple[Item, ...] = ()
    expiring: tuple[Item, ...] = ()
    still_open: int = 0

    @property
    def worth_sending(self) -> bool:
        """Whether there is news: something new, worse or resolved."""
        return bool(self.new or self.worse or self.resolved)

    @property
    def exposure(self) -> dict[str, Decimal]:
        """Exposure of what is new or worse, by currency; see `exposure_of`."""
        return exposure_of(item.alert for item in (*self.new, *self.worse))

    @property
    def top_severity(self) -> Severity | None:
        """The worst of what is new or worse; None when there is only good news."""
        return max((i.alert.severity for i in (*self.new, *self.worse)), key=lambda s: s.rank, default=None)


def exposure_of(alerts: Iterable[AlertState]) -> dict[str, Decimal]:
    """Money at stake by currency; currencies are never added.

    A customer caught by two rules counts once, with the larger exposure: it is the same money.
    """
    largest: dict[tuple[str, str, str], Decimal] = {}
    for alert in alerts:
        if alert.exposure_base is None:
            continue
        who = (alert.base_currency, alert.company, alert.customer_id or alert.subject)
        largest[who] = max(largest.get(who, alert.exposure_base), alert.exposure_base)
    totals: dict[str, Decimal] = {}
    for (currency, _, _), amount in largest.items():
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    return dict(sorted(totals.items()))


def build_digest(
    person: Person,
    as_of: date,
    states: Mapping[str, AlertState],
    news: Sequence[AlertEvent] | None,
) -> Digest:
    """The digest of a person. `news`: what happened since they were last told, oldest first; None: they never were."""
    mine = {key: state for key, state in states.items() if not person.companies or state.company in person.companies}
    standing = {key: state for key, state in mine.items() if state.state.standing}
    if news is None:
        return Digest(kind="baseline", person=person, as_of=as_of, new=_ordered(Item(s) for s in standing.values()))
    before = _as_last_told(news)
    new, worse, eased, resolved = [], [], [], []
    for key, state in mine.items():
        if key not in before:
            continue
        stood, severity = before[key]
        if state.state.standing and not stood:
            new.append(Item(state, again=_came_back(news, key)))
        elif state.state.standing and severity is not None and state.severity.rank > severity.rank:
            worse.append(Item(state, severity_before=severity))
        elif state.state.standing and severity is not None and state.severity.rank < severity.rank:
            eased.append(Item(state, severity_before=severity))
        elif stood and not state.state.standing:
            resolved.append(Item(state))
    named = {item.alert.alert_key for item in (*new, *worse, *eased)}
    return Digest(
        kind="digest",
        person=person,
        as_of=as_of,
        new=_ordered(new),
        worse=_ordered(worse),
        eased=_ordered(eased),
        resolved=_ordered(resolved),
        expiring=_ordered(Item(s) for s in standing.values() if _expires_soon(s, as_of)),
        still_open=len(standing.keys() - named),
    )


def _as_last_told(news: Sequence[AlertEvent]) -> dict[str, tuple[bool, Severity | None]]:
    """By alert: whether it stood, and how severe it was, before the first of the news about it."""
    before: dict[str, tuple[bool, Severity | None]] = {}
    for event in news:
        stood = event.from_state is not None and event.from_state.standing
        before.setdefault(event.alert_key, (stood, event.from_severity))
    return before


def _came_back(news: Sequence[AlertEvent], key: str) -> bool:
    return any(event.alert_key == key and event.from_state is State.RESOLVED for event in news)


def _expires_soon(alert: AlertState, as_of: date) -> bool:
    until = alert.snoozed_until if alert.state is State.SNOOZED else None
    return until is not None and until <= as_of + timedelta(days=EXPIRING_WITHIN_DAYS)


def _ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Worst first, then by the money at stake; the order is always the same.

    Amounts of different currencies can't be compared, so within a severity the largest of each currency come first,
    then the second largest of each, and so on: no company's alerts push another's out of the mail.
    """
    groups: dict[tuple[int, str], list[Item]] = {}
    for item in items:
        groups.setdefault((-item.alert.severity.rank, item.alert.base_currency), []).append(item)
    placed: list[tuple[tuple[int, int, str], Item]] = []
    for (severity, currency), group in groups.items():
        group.sort(key=lambda item: (-(item.alert.exposure_base or Decimal(0)), _name(item), item.alert.rule_id))
        placed += [((severity, place, currency), item) for place, item in enumerate(group)]
    return tuple(item for _, item in sorted(placed, key=lambda pair: pair[0]))


def _name(item: Item) -> str:
    return item.alert.customer_name or item.alert.subject
