"""Random books that are off their ledger in random ways: by reasons, alone and together, and by what means nothing.

The same seed gives the same books. What they amount to is not known here: tests reckon it anew from the rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.contract_files import write_table

from controlling.scenarios import COLUMNS

FIRST, LAST = date(2025, 1, 10), date(2025, 6, 30)
MONTH_ENDS = tuple(date.fromisoformat(day) for day in ("2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30"))
ACCOUNTS = ("1105", "1106")
RATES = [
    {"rate_date": day, "from_currency": "USD", "to_currency": base, "rate": rate}
    for day, base, rate in (
        ("2025-01-01", "MXN", "17.5"),
        ("2025-04-15", "MXN", "18.1234"),
        ("2025-06-20", "MXN", "19.05"),
        ("2025-01-01", "CLP", "951.5"),
        ("2025-05-20", "CLP", "940.25"),
    )
]  # fmt: skip

Row = dict[str, Any]


@dataclass
class RandomBooks:
    """One company. `is_recorded`: every row says when it was recorded; `is_local`: no foreign documents."""

    company: str
    base: str
    is_recorded: bool
    is_local: bool
    documents: list[Row] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    bank: list[Row] = field(default_factory=list)

    @property
    def places(self) -> int:
        """Decimals of the company's currency."""
        return 0 if self.base == "CLP" else 2


def generate(seed: int, count: int) -> list[RandomBooks]:
    """`count` companies; the numbers of documents and bank lines repeat from one to the next."""
    dice = random.Random(seed)
    return [_books(dice, f"R{number:02}") for number in range(count)]


def balance(dice: random.Random, books: RandomBooks, subledger: Decimal, candidates: Sequence[Decimal]) -> Decimal:
    """What a ledger says that is off by some of the reasons there are, or by any amount in the books, more or less."""
    off = sum((amount for amount in candidates if dice.random() < 0.6), Decimal(0))
    if dice.random() < 0.3:
        amounts = [Decimal(str(row["amount"])) for row in (*books.bank, *books.documents, *books.refused)]
        off += dice.choice([1, -1]) * dice.choice(amounts)
    if dice.random() < 0.5:
        off += dice.choice([1, -1]) * _money(dice, books.places, 40)
    return (subledger - off).quantize(Decimal(1).scaleb(-books.places))


def write(tables: Mapping[str, Iterable[Row]], folder: Path, name: str) -> list[Path]:
    """Contract files of these rows."""
    return [
        write_table(
            [{column: row.get(column) for column in COLUMNS[entity]} for row in rows], folder / f"{entity}_{name}.csv"
        )
        for entity, given in tables.items()
        if (rows := list(given))
    ]


def _books(dice: random.Random, company: str) -> RandomBooks:
    books = RandomBooks(
        company=company,
        base=dice.choice(["MXN", "MXN", "CLP"]),
        is_recorded=dice.random() < 0.8,
        is_local=dice.random() < 0.6,
    )
    for number in range(dice.randint(4, 14)):
        books.documents.append(_document(dice, books, f"D{number}"))
    for row in dice.sample(books.documents, k=len(books.documents) // 4):
        if books.is_recorded:
            books.corrections.append(_corrected(dice, books, row))
    for number in range(dice.choice([0, 0, 1, 2])):
        row = _document(dice, books, f"BAD{number}")
        books.refused.append({**row, "due_date": "2025-02-30"})
    for number in range(dice.randint(0, 6)):
        books.bank.append(_bank_line(dice, books, f"T{number}"))
    return books


def _document(dice: random.Random, books: RandomBooks, document_id: str) -> Row:
    kind = dice.choice(
        ["invoice"] * 6 + ["receipt"] * 3 + ["credit_note", "journal", "journal", "revaluation", "write_off", "refund"]
    )
    issued = _day(dice)
    is_foreign = not books.is_local and dice.random() < 0.4
    amount = _money(dice, books.places)
    row: Row = {
        "company": books.company,
        "document_id": document_id,
        "document_type": kind,
        "customer_id": dice.choice(["C1", "C2"]),
        "issue_date": issued,
        "currency": "USD" if is_foreign else books.base,
        "amount": amount,
        "receivable_account": dice.choice(ACCOUNTS),
        "recorded_at": _recorded(dice, issued) if books.is_recorded else None,
    }
    if kind == "journal" and dice.random() < 0.5:
        row["amount"] = -amount
    if kind == "revaluation":
        row |= {"amount": 0, "base_amount": dice.choice([1, -1]) * amount}
    if is_foreign and dice.random() < 0.5:
        row["fx_rate"] = dice.choice(["18.25", "930", "17"])
    return row


def _corrected(dice: random.Random, books: RandomBooks, row: Row) -> Row:
    """The same document, recorded again later: another amount, or cancelled for a day before."""
    later = datetime.combine(row["recorded_at"].date() + timedelta(days=dice.randint(1, 40)), time(8, 15))
    if dice.random() < 0.5 or row["document_type"] == "revaluation":
        days = (LAST - row["issue_date"]).days
        cancelled = row["issue_date"] + timedelta(days=dice.randint(0, days))
        return {**row, "recorded_at": later, "status": "cancelled", "cancelled_on": cancelled}
    sign = -1 if row["amount"] < 0 else 1
    return {**row, "recorded_at": later, "amount": sign * _money(dice, books.places)}


def _bank_line(dice: random.Random, books: RandomBooks, transaction_id: str) -> Row:
    """Money that some receipt answers to, a few days earlier or later, or none; now and then it goes back."""
    receipts = [row for row in books.documents if row["document_type"] == "receipt"]
    amount, booked, currency = _money(dice, books.places), _day(dice), books.base
    if receipts and dice.random() < 0.6:
        receipt = dice.choice(receipts)
        amount, currency = Decimal(str(receipt["amount"])), receipt["currency"]
        booked = max(FIRST, receipt["issue_date"] - timedelta(days=dice.randint(-4, 20)))
    is_reversal = dice.random() < 0.1
    return {
        "company": books.company,
        "bank_account": "B1",
        "transaction_id": transaction_id,
        "booked_on": booked,
        "currency": currency,
        "amount": -amount if is_reversal else amount,
        "is_reversal": "true" if is_reversal else None,
    }


def _day(dice: random.Random) -> date:
    return FIRST + timedelta(days=dice.randint(0, (LAST - FIRST).days))


def _recorded(dice: random.Random, issued: date) -> datetime:
    days = dice.choice([0, 0, 0, 1, 2, 5, 20, 40])
    return datetime.combine(issued + timedelta(days=days), dice.choice([time(9), time(18, 30), time(23, 59, 59)]))


def _money(dice: random.Random, places: int, largest: int = 900) -> Decimal:
    return Decimal(dice.randint(1, largest * 10**places)).scaleb(-places)
