"""Books written as the contract's own CSV files, one row per version, versions of a row in files of their own."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.records import Book

Row = Mapping[str, Any]


def write_books(books: Sequence[Book], folder: Path) -> list[Path]:
    """Write the files and return them in the order to load them: corrections before what they correct, for every
    other book, since the order of loading must not matter where rows say when they were recorded.
    """
    tables: dict[str, list[Row]] = defaultdict(list)
    for number, book in enumerate(books):
        for entity, rows in book_rows(book).items():
            for version, row in _versions(rows, entity):
                lot = version if number % 2 else -version
                tables[f"{entity}_{lot + 10:02}"].append(row)
    tables["fx_rates_10"] = rate_rows(books)
    return [write_table(rows, folder / f"{name}.csv") for name, rows in sorted(tables.items())]


def rate_rows(books: Sequence[Book]) -> list[Row]:
    """The exchange rates, which all books share."""
    return [
        {"rate_date": rate.day, "from_currency": rate.currency, "to_currency": rate.base, "rate": rate.rate}
        for rate in books[0].rates
    ]


def book_rows(book: Book) -> dict[str, list[Row]]:
    """The rows of each entity for one company."""
    company = {"company": book.company}
    return {
        "companies": [
            company | {"name": f"Company {book.company}", "country": "MX", "functional_currency": book.base_currency}
        ],
        "customers": [
            company | {"name": f"Customer {customer.customer_id}"} | asdict(customer) for customer in book.customers
        ],
        "documents": [company | asdict(document) for document in book.documents],
        "instalments": [company | asdict(part) for part in book.instalments],
        "applications": [company | asdict(application) for application in book.applications],
        "disputes": [company | asdict(dispute) for dispute in book.disputes],
    }


def as_csv(book: Book) -> str:
    """A book as a person reads it, to show the one that failed."""
    return "\n".join(f"-- {entity}\n{_text(rows)}" for entity, rows in book_rows(book).items() if rows)


def size(book: Book) -> int:
    """Number of rows: of several books that fail, the smallest tells most."""
    return len(book.documents) + len(book.instalments) + len(book.applications) + len(book.disputes)


def write_table(rows: Sequence[Row], path: Path) -> Path:
    """One CSV file with the columns of the first row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(rows), encoding="utf-8")
    return path


def _versions(rows: Iterable[Row], entity: str) -> Iterable[tuple[int, Row]]:
    key = {"documents": "document_id", "applications": "application_id"}.get(entity)
    seen: dict[Any, int] = defaultdict(int)
    for row in rows:
        version = 0
        if key is not None:
            version = seen[row[key]]
            seen[row[key]] += 1
        yield version, row


def _text(rows: Sequence[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
