"""From rows of answers to what a page shows: totals of a view, history by bucket, DSO of a scope, buckets by member."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from dashboards.domain.scope import ratio, weighted_mean

Row = Mapping[str, Any]
Method = Literal["countback", "balance"]
METHODS: tuple[Method, ...] = ("countback", "balance")
UNAPPLIED = "unapplied"
ZERO = Decimal(0)
_DSO_COLUMNS: dict[Method, tuple[str, str]] = {
    "countback": ("dso_countback", "dso_best_possible_countback"),
    "balance": ("dso_balance_90", "dso_best_possible"),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the companies that have a rate, in the currency shown; `apart` are the rows of those
    that have none and owe something, `unrated` the codes of all that have none; `gaps` says where buckets
    and unapplied do not add up to the open items, and by how much (there should be none).
    """

    net: Decimal
    gross: Decimal
    unapplied: Decimal
    not_due: Decimal
    overdue: Decimal
    open_items: Decimal
    n_items: int
    apart: tuple[Row, ...]
    unrated: frozenset[str]
    gaps: tuple[tuple[str, Decimal], ...]

    @property
    def share_current(self) -> Decimal | None:
        """Not due ÷ gross; None without open items."""
        return ratio(self.not_due, self.gross)

    @property
    def share_overdue(self) -> Decimal | None:
        """Overdue ÷ gross; None without open items."""
        return ratio(self.overdue, self.gross)

    @property
    def is_empty(self) -> bool:
        """Nothing is open, not even apart."""
        return not self.n_items and not self.net and not self.gross and not self.unapplied and not self.apart

    def is_comparable(self, other: Totals) -> bool:
        """The same companies have a rate on both days; otherwise a change would say nothing of the debtors."""
        return self.unrated == other.unrated


def totals_of(rows: Sequence[Row]) -> Totals:
    """The totals of a view from one row per company. A company without a rate is set apart, never added."""
    known = [row for row in rows if row["rate"] is not None]

    def added(key: str) -> Decimal:
        return sum((row[key] for row in known), ZERO)

    return Totals(
        net=added("shown_net"),
        gross=added("shown_gross"),
        unapplied=added("shown_unapplied"),
        not_due=added("shown_not_due"),
        overdue=added("shown_overdue"),
        open_items=added("shown_open_items"),
        n_items=sum(row["n_items"] for row in known),
        apart=tuple(row for row in rows if row["rate"] is None and (row["net"] or row["gross"])),
        # in each company's own currency, where nothing is rounded
        gaps=tuple((row["company"], gap) for row in rows if (gap := row["open_items_base"] - row["net"])),
        unrated=frozenset(row["company"] for row in rows if row["rate"] is None),
    )


@dataclass(frozen=True, slots=True)
class History:
    """Amounts by bucket (in bucket order) and day; `missing` companies had no rate on some day."""

    days: tuple[date, ...]
    buckets: tuple[str, ...]
    amounts: Mapping[str, tuple[Decimal, ...]]
    missing: tuple[str, ...]

    def net(self) -> tuple[Decimal, ...]:
        """Receivables per day, unapplied money taken off."""
        return tuple(sum((self.amounts[b][i] for b in self.buckets), ZERO) for i in range(len(self.days)))

    def gross(self) -> tuple[Decimal, ...]:
        """Receivables per day without unapplied money."""
        return tuple(
            sum((self.amounts[b][i] for b in self.buckets if b != UNAPPLIED), ZERO) for i in range(len(self.days))
        )

    def overdue(self, late: frozenset[str]) -> tuple[Decimal, ...]:
        """The sum of the buckets named `late`, per day."""
        return tuple(sum((self.amounts[b][i] for b in self.buckets if b in late), ZERO) for i in range(len(self.days)))


def history_of(rows: Iterable[Row], days: Sequence[date]) -> History:
    """Sums companies by day and bucket. Days before the first row are left out: nobody knows what was owed then."""
    order: dict[str, int] = {}
    sums: dict[tuple[str, date], Decimal] = {}
    missing: set[str] = set()
    for row in rows:
        order.setdefault(row["bucket"], row["bucket_order"])
        if row["shown"] is None:
            missing.add(row["company"])
            continue
        key = (row["bucket"], row["day"])
        sums[key] = sums.get(key, ZERO) + row["shown"]
    known = {day for _, day in sums}
    shown = tuple(day for day in days if not known or day >= min(known))
    buckets = tuple(sorted(order, key=lambda bucket: (bucket == UNAPPLIED, order[bucket], bucket)))
    amounts = {bucket: tuple(sums.get((bucket, day), ZERO) for day in shown) for bucket in buckets}
    return History(shown, buckets, amounts, tuple(sorted(missing)))


@dataclass(frozen=True, slots=True)
class Dso:
    """DSO and best possible DSO of a scope; `day` is the period's end, `parts` the companies' own values or reasons."""

    value: Decimal | None
    best: Decimal | None
    day: date | None
    parts: tuple[tuple[str, Decimal | None, str], ...]

    def is_comparable(self, other: Dso) -> bool:
        """Both days speak of the same companies; otherwise a change would only say that one came in or dropped out."""
        return {c for c, value, _ in self.parts if value is not None} == {
            c for c, value, _ in other.parts if value is not None
        }


def dso_of(
    rows: Sequence[Row], rates: Mapping[str, Decimal | None], method: Method, as_of: date, companies: Sequence[str]
) -> Dso:
    """The DSO at the latest period end up to `as_of`: a company's own, or the group's mean weighted by billings of
    90 days at the closing rate. Companies whose latest periods differ are weighed at each one's own.
    """
    column, best_column = _DSO_COLUMNS[method]
    latest: dict[str, Row] = {}
    for row in rows:
        if row["month_end"] <= as_of and (
            row["company"] not in latest or row["month_end"] > latest[row["company"]]["month_end"]
        ):
            latest[row["company"]] = row
    parts: list[tuple[str, Decimal | None, str]] = []
    for company in companies:
        found = latest.get(company)
        if found is None:
            parts.append((company, None, "no_row"))
        else:
            parts.append((company, found[column], _reason(found["notes"], column)))
    if not latest:
        return Dso(None, None, None, tuple(parts))
    day = max(row["month_end"] for row in latest.values())
    if len(companies) == 1:
        only = next(iter(latest.values()))
        return Dso(only[column], only[best_column], day, tuple(parts))
    weights = {company: _product(row["billings_90_base"], rates.get(company)) for company, row in latest.items()}
    return Dso(
        value=weighted_mean([(row[column], weights[company]) for company, row in latest.items()]),
        best=weighted_mean([(row[best_column], weights[company]) for company, row in latest.items()]),
        day=day,
        parts=tuple(parts),
    )


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the ageing table: what it groups by, its amounts by bucket, in the currency shown."""

    member: str
    name: str | None
    company: str
    by_bucket: Mapping[str, Decimal]

    @property
    def net(self) -> Decimal:
        """Buckets and unapplied."""
        return sum(self.by_bucket.values(), ZERO)

    @property
    def gross(self) -> Decimal:
        """Buckets only."""
        return sum((amount for bucket, amount in self.by_bucket.items() if bucket != UNAPPLIED), ZERO)


def members_of(rows: Iterable[Row]) -> tuple[tuple[Member, ...], tuple[Row, ...]]:
    """Members by descending net balance, and the rows of companies without a rate, apart."""
    names: dict[str, tuple[str | None, str]] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    apart: list[Row] = []
    for row in rows:
        if row["shown"] is None:
            apart.append(row)
            continue
        names.setdefault(row["member"], (row["member_name"], row["company"]))
        buckets = sums.setdefault(row["member"], {})
        buckets[row["bucket"]] = buckets.get(row["bucket"], ZERO) + row["shown"]
    members = [Member(key, names[key][0], names[key][1], buckets) for key, buckets in sums.items()]
    return tuple(sorted(members, key=lambda member: (-member.net, member.member))), tuple(apart)


def late_buckets(schemes: Sequence[Row], scheme: str) -> tuple[tuple[str, bool], ...]:
    """(bucket, is late) of a scheme in order; a bucket that ends on day 0 or before is not late."""
    rows = sorted((row for row in schemes if row["scheme"] == scheme), key=lambda row: row["bucket_order"])
    return tuple((row["bucket"], row["to_days"] is None or row["to_days"] > 0) for row in rows)


def _product(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    return None if amount is None or rate is None else amount * rate


def _reason(notes: str | None, column: str) -> str:
    try:
        found = json.loads(notes or "{}")
    except ValueError:
        return ""
    return str(found.get(column, "")) if isinstance(found, dict) else ""
