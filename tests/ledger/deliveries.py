"""Books as they arrive in life: in pieces, in any order, twice, corrected before they came, and lists of open items.

Made from the random books; the same every time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from ledger.contract_files import Row, book_rows, rate_rows, write_table
from ledger.open_lists import listed
from ledger.records import Application, Book, Document

_LONG_AGO = tuple(datetime.combine(date(2024, 12, day), time(9)) for day in (1, 2, 2))
# What changes nothing when it comes again, or late: the rows that say themselves what they are.
_FREE = ("documents", "applications", "instalments", "disputes")
LISTED = "LISTED"


def in_pieces(books: Sequence[Book], count: int, random: Random) -> list[dict[str, list[Row]]]:
    """The rows of the books in `count` deliveries, by entity: each row in any one of them, some in two.

    Companies and customers come first. Of the exchange rates some come later than the documents they value.
    """
    deliveries: list[dict[str, list[Row]]] = [defaultdict(list) for _ in range(count)]
    for book in books:
        for entity, rows in book_rows(book).items():
            for row in rows:
                if entity not in _FREE:
                    deliveries[0][entity].append(row)
                    continue
                for number in random.sample(range(count), random.choice((1, 1, 1, 1, 2))):
                    deliveries[number][entity].append(row)
    for row in rate_rows(books):
        deliveries[random.choice((0, 0, 1, count - 1))]["fx_rates"].append(row)
    return deliveries


def changed_later(books: Sequence[Book], random: Random) -> dict[str, list[Row]]:
    """Rows of books that do not say when they were recorded, as later deliveries change them, by entity.

    Amounts, dates and customers are corrected, documents are cancelled or leave and join clearing groups, applications
    name another document. A third of the rows say that they were recorded long ago, some at one and the same moment.
    """
    changes: dict[str, list[Row]] = {"documents": [], "applications": []}
    for book in books:
        for document in book.documents:
            if document.recorded_at is None and not document.is_base_only and random.random() < 0.4:
                for _ in range(random.choice((1, 1, 2))):
                    late = {"recorded_at": random.choice((None, None, *_LONG_AGO))}
                    changes["documents"].append({"company": book.company} | asdict(_changed(document, random)) | late)
        for application in book.applications:
            if application.recorded_at is None and random.random() < 0.3:
                other = {
                    "to_document_id": random.choice(("D0", "D1", "GHOST")),
                    "recorded_at": random.choice((None, None, *_LONG_AGO)),
                }
                changes["applications"].append({"company": book.company} | asdict(application) | other)
    return changes


def _changed(document: Document, random: Random) -> Document:
    return random.choice(
        (
            lambda: replace(document, amount=document.amount * 2),
            lambda: replace(document, issue_date=document.issue_date - timedelta(days=40)),
            lambda: replace(document, customer_id="C3"),
            lambda: replace(document, status="cancelled", cancelled_on=date(2025, 4, 2), cancel_mode="reverse"),
            lambda: replace(document, status="cancelled", cancelled_on=date(2025, 4, 2), cancel_mode="erase"),
            lambda: replace(document, status="draft"),
            lambda: replace(document, clearing_group=None),
            lambda: replace(document, due_date=None),
        )
    )()


def write_delivery(delivery: dict[str, list[Row]], folder: Path, random: Random) -> list[Path]:
    """The files of a delivery, rows and files in any order, each entity in one file or two."""
    files = []
    for entity, rows in delivery.items():
        shuffled = random.sample(rows, len(rows))
        middle = random.choice((0, len(shuffled) // 2))
        for number, part in enumerate((shuffled[:middle], shuffled[middle:])):
            for version, lot in enumerate(_one_of_each_key(entity, part)):
                files.append(write_table(lot, folder / f"{entity}_{number}{version}.csv"))
    return random.sample(files, len(files))


def _one_of_each_key(entity: str, rows: Sequence[Row]) -> list[list[Row]]:
    """Split so that no file holds two rows of one key and moment, which would be rejected as duplicates."""
    keys = {"documents": ("document_id", "recorded_at"), "applications": ("application_id", "recorded_at")}.get(entity)
    if keys is None:
        return [list(rows)] if rows else []
    lots: list[list[Row]] = []
    seen: dict[Any, int] = defaultdict(int)
    for row in rows:
        key = (row["company"], *(row[name] for name in keys))
        if seen[key] == len(lots):
            lots.append([])
        lots[seen[key]].append(row)
        seen[key] += 1
    return lots


def open_list(number: int, folder: Path, random: Random) -> Path:
    """A list of open items of a company of its own: of eight invoices some are missing, some are back, some both
    before the day they are dated.
    """
    rows = [
        listed(
            LISTED,
            f"L{invoice}",
            str(100 + invoice),
            customer=f"C{invoice % 2}",
            issued=date(2024, 12, 25) + timedelta(days=3 * invoice),
            due=date(2025, 1, 25) + timedelta(days=3 * invoice),
        )
        for invoice in range(8)
        if invoice == 0 or random.random() < 0.6
    ]
    return write_table(rows, folder / f"abiertas_{number}.csv")


def paid_from_the_list(random: Random) -> Book:
    """Receipts that settle what the lists of open items show, before and after it leaves them."""
    receipts = [
        Document(f"R{number}", "receipt", date(2024, 12, 20) + timedelta(days=3 * number), "MXN", Decimal(60), "C1")
        for number in range(8)
    ]
    return Book(
        company=LISTED,
        base_currency="MXN",
        documents=tuple(receipts),
        applications=tuple(
            Application(
                application_id=f"A{number}",
                from_document_id=receipt.document_id,
                to_document_id=f"L{random.randrange(8)}",
                applied_on=receipt.issue_date + timedelta(days=random.randrange(20)),
                amount=receipt.amount,
            )
            for number, receipt in enumerate(receipts)
        ),
    )
