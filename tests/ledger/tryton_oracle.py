"""What a Tryton company is owed, in plain Python from the exports as text; nothing of ours is used.

A posted line of a receivable account is open from its effective date until the date of its reconciliation, with its
debit less its credit. As known on an evening: lines whose move was posted by then, and reconciliations all of whose
posted lines were.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

BUCKETS = ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90"))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of an export."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Item:
    """A posted line, as far as what is owed goes.

    `known_on` is its move's post date, `settled_known_on` the latest one among the lines it was reconciled with.
    """

    id: str
    account: str
    party: str
    day: date
    due: date
    net: Decimal
    known_on: date
    settled_on: date | None
    settled_known_on: date | None

    def is_open(self, day: date, known: date | None) -> bool:
        if self.day > day or (known and self.known_on > known):
            return False
        is_settled = self.settled_on is not None and self.settled_on <= day
        return not (is_settled and (known is None or (self.settled_known_on or known) <= known))

    def bucket(self, day: date) -> str:
        late = (day - self.due).days
        return "unapplied" if self.net < 0 else next((name for to, name in BUCKETS if late <= to), "90+")


class Company:
    """The exports of one company, read once."""

    def __init__(self, folder: Path) -> None:
        posted_on = {row["Number"]: row["Post Date"] for row in rows(folder / "Account Moves.csv") if row["Number"]}
        lines = [row for row in rows(folder / "Receivable Move Lines.csv") if row["Move/State"] == "posted"]
        groups: dict[str, date] = {}
        for row in lines:
            if number := row["Reconciliation/Number"]:
                known = date.fromisoformat(posted_on[row["Move/Number"]])
                groups[number] = max(groups.get(number, known), known)
        self.items = [
            Item(
                id=row["ID"],
                account=row["Account/Code"],
                party=row["Party/Code"] or "unidentified",
                day=date.fromisoformat(row["Effective Date"]),
                due=date.fromisoformat(row["Maturity Date"] or row["Effective Date"]),
                net=Decimal(row["Debit"] or 0) - Decimal(row["Credit"] or 0),
                known_on=date.fromisoformat(posted_on[row["Move/Number"]]),
                settled_on=date.fromisoformat(row["Reconciliation/Date"]) if row["Reconciliation/Number"] else None,
                settled_known_on=groups.get(row["Reconciliation/Number"]),
            )
            for row in lines
        ]
        receivable = {row["Code"] for row in rows(folder / "Accounts.csv") if row["Type/Receivable"] == "1"}
        self.ledger = [
            (
                row["Account/Code"],
                date.fromisoformat(row["Effective Date"]),
                Decimal(row["Debit"]) - Decimal(row["Credit"]),
            )
            for row in rows(folder / "All Move Lines.csv")
            # a draft exchange difference settles like the rest of its reconciliation, and Tryton's balances hold it
            if row["Account/Code"] in receivable and (row["Move/State"] == "posted" or row["Reconciliation/Number"])
        ]

    def ageing(self, day: date, known: date | None = None) -> dict[tuple[str, str], Decimal]:
        """By party and bucket; what adds up to nothing is left out."""
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for item in self.items:
            if item.is_open(day, known):
                found[item.party, item.bucket(day)] += item.net
        return {key: amount for key, amount in found.items() if amount}

    def balances(self, day: date, known: date | None = None) -> dict[str, Decimal]:
        """By party."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for (party, _), amount in self.ageing(day, known).items():
            found[party] += amount
        return {party: amount for party, amount in found.items() if amount}

    def control(self, day: date) -> dict[str, Decimal]:
        """The balance of each receivable account, from all move lines."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for account, booked, net in self.ledger:
            if booked <= day:
                found[account] += net
        return dict(found)
