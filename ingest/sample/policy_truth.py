"""Where the demo group breaks its policy, and from when to when: reckoned for every customer and every day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ingest.sample import policy
from ingest.sample.days import ONE_DAY, add_business, span
from ingest.sample.oracle import QUANTUM, ZERO, Item
from ingest.sample.rates import Rates

Row = dict[str, Any]
OUT = "out_of_population"


@dataclass(slots=True)
class State:
    """One customer under one rule at the end of a day. Amounts in the company's currency, R11 observes days."""

    rule_id: str
    company: str
    customer_id: str
    on: date
    outcome: str  # pass, breach, out_of_population
    observed: Decimal | int | None
    threshold: Decimal | int | None
    exposure_base: Decimal
    breached_since: date | None = None


@dataclass(slots=True)
class Breach:
    """A spell of days in breach, both included; `until` None: still in breach on the last day."""

    rule_id: str
    company: str
    customer_id: str
    since: date
    until: date | None
    peak: Decimal | int


@dataclass(slots=True)
class _Debtor:
    """Everything about one customer that the two rules look at."""

    company: str
    customer_id: str
    currency: str  # of the company
    segment: str
    is_intercompany: bool
    items: list[Item] = field(default_factory=list)
    limits: list[Row] = field(default_factory=list)
    holds: list[Row] = field(default_factory=list)
    changes: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


@dataclass(slots=True)
class PolicyTruth:
    """All spells of breach, and the state of every customer on the days asked for."""

    breaches: list[Breach]
    states: list[State]


def policy_truth(
    items: Iterable[Item],
    rows: dict[str, list[Row]],
    rates: Rates,
    start: date,
    until: date,
    days: list[date],
) -> PolicyTruth:
    """R07 and R11 from `start` to `until`, and states on `days`.

    `rows` holds companies, customers, orders, credit_limits and credit_holds as exported. An order's unbilled amount
    counts from its date, at that day's closing rate, with the amount exported: an export knows no earlier one. A limit
    in another currency is worth what it is at the closing rate of each day. Intercompany customers are in neither rule.
    """
    functional = {row["company"]: row["functional_currency"] for row in rows["companies"]}
    debtors = {
        (row["company"], row["customer_id"]): _Debtor(
            row["company"],
            row["customer_id"],
            functional[row["company"]],
            row["segment"] or "",
            row["is_intercompany"],
        )
        for row in rows["customers"]
    }
    for item in items:
        debtor = debtors.get((item.company, item.customer_id))
        if debtor is not None:
            debtor.items.append(item)
            for day, change in item.base_changes():
                debtor.changes[day] += change
    for row in rows["orders"]:
        debtor = debtors[row["company"], row["customer_id"]]
        rate = rates.on(row["ordered_on"], row["currency"], debtor.currency) if row["unbilled_amount"] else ZERO
        unbilled = (row["unbilled_amount"] * rate).quantize(QUANTUM[debtor.currency], rounding=ROUND_HALF_UP)
        debtor.changes[row["ordered_on"]] += unbilled
    for row in rows["credit_limits"]:
        debtors[row["company"], row["customer_id"]].limits.append(row)
    for row in rows["credit_holds"]:
        debtors[row["company"], row["customer_id"]].holds.append(row)
    truth = PolicyTruth([], [])
    for debtor in debtors.values():
        if debtor.is_intercompany:
            continue
        exposures = _r07(debtor, rates, start, until, set(days), truth)
        _r11(debtor, start, until, days, exposures, truth)
    return truth


def _r07(
    debtor: _Debtor, rates: Rates, start: date, until: date, days: set[date], truth: PolicyTruth
) -> dict[date, Decimal]:
    """Exposure over limit; returns the exposure on `days`."""
    limits = sorted(debtor.limits, key=lambda row: row["valid_from"])
    moments = {start, *days, *debtor.changes, *(row["valid_from"] for row in limits)}
    if any(row["currency"] != debtor.currency for row in limits):  # rates move every day
        moments.update(span(start, until))
    owed, changes = ZERO, sorted(debtor.changes)
    place = 0
    spell: Breach | None = None
    exposures: dict[date, Decimal] = {}
    for day in sorted(moments):
        if day > until:
            break
        while place < len(changes) and changes[place] <= day:
            owed += debtor.changes[changes[place]]
            place += 1
        if day < start:
            continue
        exposure = owed
        limit = next((row for row in reversed(limits) if row["valid_from"] <= day), None)
        ceiling = None if limit is None else limit["amount"] * rates.on(day, limit["currency"], debtor.currency)
        over = ceiling is not None and exposure > ceiling * (1 + policy.R07_TOLERANCE)
        if over and spell is None:
            spell = Breach("R07", debtor.company, debtor.customer_id, day, None, exposure)
            truth.breaches.append(spell)
        elif over and spell is not None:
            spell.peak = max(spell.peak, exposure)
        elif spell is not None:
            spell.until, spell = day - ONE_DAY, None
        if day in days:
            exposures[day] = exposure
            outcome = OUT if ceiling is None else "breach" if over else "pass"
            since = spell.since if spell else None
            truth.states.append(
                State("R07", debtor.company, debtor.customer_id, day, outcome, exposure, ceiling, exposure, since)
            )
    return exposures


def _r11(
    debtor: _Debtor,
    start: date,
    until: date,
    days: list[date],
    exposures: dict[date, Decimal],
    truth: PolicyTruth,
) -> None:
    """A hold is missing: within the grace after the oldest item reached the segment's days, none stands."""
    limit_days = policy.R11_DAYS_BY_SEGMENT.get(debtor.segment, policy.R11_DEFAULT_DAYS)
    floor = policy.R11_FLOOR.get(debtor.currency, ZERO)
    overdue: list[tuple[date, date]] = []
    oldest: dict[date, int] = {}
    for item in debtor.items:
        for begin, end in _above(item, floor, until):
            late = max(begin, item.due + timedelta(days=limit_days))
            if late < end:
                overdue.append((late, end))
            for day in days[bisect_right(days, begin - ONE_DAY) :]:
                if day >= end:
                    break
                oldest[day] = max(oldest.get(day, -100_000), (day - item.due).days)
    spells: list[Breach] = []
    for begin, end in _merged(overdue):
        deadline = add_business(begin, policy.R11_GRACE_BUSINESS_DAYS)
        for first, last in _without_holds(max(deadline + ONE_DAY, start), end, debtor.holds):
            still = last > until
            peak = max(
                (d - i.due).days for i in debtor.items for d in [min(last - ONE_DAY, until)] if _counts(i, d, floor)
            )
            spells.append(
                Breach("R11", debtor.company, debtor.customer_id, first, None if still else last - ONE_DAY, peak)
            )
    truth.breaches.extend(spells)
    for day in days:
        observed = oldest.get(day)
        spell = next((s for s in spells if s.since <= day and (s.until is None or day <= s.until)), None)
        outcome = "breach" if spell else "pass" if observed is not None and observed >= limit_days else OUT
        since = spell.since if spell else None
        truth.states.append(
            State("R11", debtor.company, debtor.customer_id, day, outcome, observed, limit_days, exposures[day], since)
        )


def _counts(item: Item, day: date, floor: Decimal) -> bool:
    amount = item.base(item.open_on(day))
    return amount > 0 and amount >= floor


def _above(item: Item, floor: Decimal, until: date) -> list[tuple[date, date]]:
    """The spells [begin, end) in which the item is a debt at or above the floor; open ones end after `until`."""
    found: list[tuple[date, date]] = []
    begin: date | None = None
    for day, amount in zip(item.days, item.opens, strict=True):
        base = item.base(amount)
        counts = base > 0 and base >= floor
        if counts and begin is None:
            begin = day
        elif not counts and begin is not None:
            found.append((begin, day))
            begin = None
    if begin is not None:
        found.append((begin, until + 2 * ONE_DAY))
    return found


def _merged(spells: list[tuple[date, date]]) -> list[tuple[date, date]]:
    found: list[tuple[date, date]] = []
    for begin, end in sorted(spells):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _without_holds(begin: date, end: date, holds: list[Row]) -> list[tuple[date, date]]:
    """What is left of [begin, end) outside the holds; on its release day a hold no longer stands."""
    found: list[tuple[date, date]] = []
    for hold in sorted(holds, key=lambda row: row["from_on"]):
        if hold["from_on"] >= end:
            break
        if begin < hold["from_on"]:
            found.append((begin, hold["from_on"]))
        begin = max(begin, hold["to_on"] or date.max)
        if begin >= end:
            return found
    if begin < end:
        found.append((begin, end))
    return found
