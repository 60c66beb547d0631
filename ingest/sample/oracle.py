"""An independent reckoning of open balances, from exported rows alone, in plain Decimal arithmetic.

It shares nothing with the simulator's ledger: it reads rows of the contract as a file would hold them and follows
the semantics: a document counts from its issue date; an application from the latest of its own date and both
documents' dates, while both stand; base = open amount times the document's rate, rounded per item.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ingest.contract.entities import DEBIT_TYPES

Row = dict[str, Any]
ZERO = Decimal(0)
QUANTUM = {"MXN": Decimal("0.01"), "USD": Decimal("0.01"), "COP": Decimal("0.01"), "CLP": Decimal(1)}


@dataclass(slots=True)
class Item:
    """A document or one of its instalments; `days` and `opens` are its signed open amount from each day on."""

    company: str
    document_id: str
    instalment_no: int | None
    document_type: str
    customer_id: str
    account: str
    currency: str
    due: date
    rate: Decimal
    quantum: Decimal
    days: list[date] = field(default_factory=list)
    opens: list[Decimal] = field(default_factory=list)

    def move(self, day: date, change: Decimal) -> None:
        """Add a signed movement; days come in order."""
        now = (self.opens[-1] if self.opens else ZERO) + change
        if self.days and self.days[-1] == day:
            self.opens[-1] = now
        else:
            self.days.append(day)
            self.opens.append(now)

    def open_on(self, day: date) -> Decimal:
        """Signed open amount at the end of `day`, in the item's currency."""
        place = bisect_right(self.days, day)
        return self.opens[place - 1] if place else ZERO

    def base(self, amount: Decimal) -> Decimal:
        """An amount of the item's currency in the company's, rounded to its minor unit, half away from zero."""
        return (amount * self.rate).quantize(self.quantum, rounding=ROUND_HALF_UP)

    def base_changes(self) -> Iterator[tuple[date, Decimal]]:
        """What each movement changes in the company's currency."""
        before = ZERO
        for day, amount in zip(self.days, self.opens, strict=True):
            after = self.base(amount)
            if after != before:
                yield day, after - before
            before = after


def replay(
    companies: Iterable[Row], documents: Iterable[Row], instalments: Iterable[Row], applications: Iterable[Row]
) -> list[Item]:
    """The items of a ledger with their whole history, from rows of the contract."""
    functional = {row["company"]: row["functional_currency"] for row in companies}
    parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in instalments:
        parts[row["company"], row["document_id"]].append(row)
    standing: dict[tuple[str, str], tuple[date, date]] = {}
    items: dict[tuple[str, str], list[Item]] = {}
    # (day, order within the day, what happens): documents open before applications move, cancellations come last
    happenings: list[tuple[date, int, int, Any]] = []
    for row in documents:
        key = (row["company"], row["document_id"])
        if row["status"] == "draft" or (row["status"] == "cancelled" and row["cancel_mode"] == "erase"):
            continue
        end = row["cancelled_on"] if row["status"] == "cancelled" else date.max
        standing[key] = (row["issue_date"], end)
        items[key] = [_item(row, part, functional[row["company"]]) for part in parts.get(key, [None])]
        happenings.append(
            (row["issue_date"], 0, len(happenings), ("open", items[key], _signed(row, parts.get(key)), None))
        )
        if end != date.max:
            happenings.append((end, 3, len(happenings), ("close", items[key], None, None)))
    for row in applications:
        frm, to = (row["company"], row["from_document_id"]), (row["company"], row["to_document_id"])
        if frm not in standing or to not in standing:
            continue
        begin = max(row["applied_on"], standing[frm][0], standing[to][0])
        end = min(standing[frm][1], standing[to][1])
        if begin < end:
            taken: list[tuple[Item, Decimal]] = []
            happenings.append(
                (
                    begin,
                    1,
                    len(happenings),
                    ("apply", (items[frm], items[to]), (row["amount"], row["from_amount"]), taken),
                )
            )
            if end != date.max:
                happenings.append((end, 2, len(happenings), ("undo", None, None, taken)))
    for day, _, _, (what, target, amounts, taken) in sorted(happenings, key=lambda happening: happening[:3]):
        if what == "open":
            for item, amount in zip(target, amounts, strict=True):
                item.move(day, amount)
        elif what == "apply":
            _apply(day, target[0], target[1], amounts, taken)
        elif what == "undo":
            for item, change in taken:
                item.move(day, -change)
        else:
            for item in target:
                item.move(day, -item.opens[-1])
    return [item for own in items.values() for item in own]


def _item(row: Row, part: Row | None, functional: str) -> Item:
    return Item(
        company=row["company"],
        document_id=row["document_id"],
        instalment_no=part["instalment_no"] if part else None,
        document_type=row["document_type"],
        customer_id=row["customer_id"] or "",
        account=row["receivable_account"],
        currency=row["currency"],
        due=part["due_date"] if part else (row["due_date"] or row["issue_date"]),
        rate=row["fx_rate"] if row["fx_rate"] is not None else Decimal(1),
        quantum=QUANTUM[functional],
    )


def _signed(row: Row, parts: list[Row] | None) -> list[Decimal]:
    debit = row["document_type"] in (*DEBIT_TYPES, "journal")
    amounts = [part["amount"] for part in parts] if parts else [row["amount"]]
    return [amount if debit else -amount for amount in amounts]


def _apply(
    day: date,
    frm: list[Item],
    to: list[Item],
    amounts: tuple[Decimal, Decimal | None],
    taken: list[tuple[Item, Decimal]],
) -> None:
    """Oldest due first; notes in `taken` what moved where, to be undone if a document is cancelled."""
    rest = amounts[0]
    leaving = rest if amounts[1] is None else amounts[1]
    for item in sorted(to, key=lambda item: item.due):
        step = min(rest, item.opens[-1])
        if step > 0:
            item.move(day, -step)
            taken.append((item, -step))
            rest -= step
    if rest:
        raise ValueError(f"{to[0].company} {to[0].document_id}: {rest} more applied on {day} than was open")
    frm[0].move(day, leaving)
    taken.append((frm[0], leaving))


def control_balances(items: Iterable[Item], days: list[date]) -> dict[tuple[str, str, date], Decimal]:
    """Balance of every control account at the end of each of `days` (ascending), in functional currency."""
    changes: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for item in items:
        for day, change in item.base_changes():
            changes[item.company, item.account][day] += change
    found = {}
    for (company, account), by_day in changes.items():
        moments = sorted(by_day)
        place, balance = 0, ZERO
        for day in days:
            while place < len(moments) and moments[place] <= day:
                balance += by_day[moments[place]]
                place += 1
            found[company, account, day] = balance
    return found
