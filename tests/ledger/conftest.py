"""One home with the random books and the worked example, built once; the same lake under the other two date rules.

`make nightly` asks for more books, from other seeds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from homes import build_figures, load, new_home

from ledger.books import TODAY, Example, as_recorded_by, cut, generate, is_recorded, without_instalments
from ledger.contract_files import write_books
from ledger.golden import write_golden
from ledger.oracle import ItemKey, OpenItem, Rule
from ledger.records import Book

BOOKS = int(os.environ.get("CARTERA_TEST_BOOKS", "300"))
FIRST_SEED = int(os.environ.get("CARTERA_TEST_SEED", "1"))
LOADED_ON = date(2025, 1, 1)
# What the published macros of open items and ageing read.
LEDGER_MARTS = (
    "dim_receivable_item",
    "dim_receivable_dispute",
    "dim_customer",
    "dim_aging_scheme",
    "fct_open_balance",
    "fct_receivable_entry",
    "fct_gl_balance",
    "fct_control_balance",
    "fct_tie_out_reason",
    "fct_bank_posting",
    "rejected_documents",
    "load_history",
    "dim_company",
    "dim_debtor",
    "fx_rate_closing",
)
OPEN_ITEM_COLUMNS = ", ".join(field.name for field in fields(OpenItem))

OpenItems = dict[ItemKey, OpenItem]


class Figures:
    """A published file, asked the way an analyst asks it."""

    def __init__(self, path: Path) -> None:
        self.connection = duckdb.connect(str(path), read_only=True)

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, parameters or []).fetchall()

    @cache  # noqa: B019 - lives as long as the session's fixture
    def open_items(self, day: date, known_at: date | datetime | None = None) -> dict[str, OpenItems]:
        """open_items(day) of every company."""
        rows = self.rows(f"select company, {OPEN_ITEM_COLUMNS} from open_items(?, known_at := ?)", [day, known_at])
        found: dict[str, OpenItems] = {}
        for company, *values in rows:
            item = OpenItem(*values)
            of_company = found.setdefault(company, {})
            assert (item.document_id, item.instalment_no) not in of_company, f"{company}: {item} comes twice"
            of_company[item.document_id, item.instalment_no] = item
        return found


@dataclass(frozen=True)
class Library:
    """The random books with their siblings, and where they were published."""

    examples: tuple[Example, ...]
    figures: Figures
    lake: Path

    @property
    def books(self) -> list[Book]:
        """Every book that was loaded."""
        return [book for example in self.examples for book in siblings(example)]


def siblings(example: Example) -> list[Book]:
    """The book, the book cut at a day, the book with every document whole where it has instalments, and, where all
    rows say when they were recorded, the book as known on a day.
    """
    book = example.book
    found = [book, cut(book, example.cut_on, f"{book.company}.cut")]
    if book.instalments:
        found.append(without_instalments(book, f"{book.company}.whole"))
    if is_recorded(book):
        found.append(as_recorded_by(book, example.known_on, f"{book.company}.known"))
    return found


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("books")
    examples = tuple(generate(BOOKS, FIRST_SEED))
    settings = new_home(folder / "home")
    files = write_books([book for example in examples for book in siblings(example)], folder / "csv")
    load(settings, [*files, *write_golden(folder / "golden")], on=LOADED_ON)
    figures = Figures(build_figures(settings, TODAY))
    yield Library(examples, figures, settings.lake_dir)
    figures.connection.close()


@pytest.fixture(scope="session")
def under_rule(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Rule], Figures]:
    """The same lake, built under another application-date rule."""

    @cache
    def build(rule: Rule) -> Figures:
        if rule == "latest":
            return library.figures
        home = tmp_path_factory.mktemp(f"books_{rule}") / "home"
        settings = new_home(home, f"application_date: {rule}\n")
        settings.lake_dir.rmdir()
        settings.lake_dir.symlink_to(library.lake, target_is_directory=True)
        return Figures(build_figures(settings, TODAY, only=LEDGER_MARTS))

    return build
