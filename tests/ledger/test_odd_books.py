"""Bad input that can be read: nothing stops a publication, what is open is defined, and somebody is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from homes import build_figures, load, new_home

from ledger.conftest import Figures
from ledger.contract_files import as_csv, write_books
from ledger.odd_books import DAY, ODD_BOOKS, OddBook
from ledger.oracle import open_items

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    """Every odd book as a company of one home, built with all models and data tests."""
    folder = tmp_path_factory.mktemp("odd")
    settings = new_home(folder / "home")
    load(settings, write_books([odd.book for odd in ODD_BOOKS.values()], folder / "csv"), on=date(2025, 1, 1))
    found = Figures(build_figures(settings, DAY))
    yield found
    found.connection.close()


@pytest.mark.parametrize("odd", ODD_BOOKS.values(), ids=ODD_BOOKS)
def test_what_is_open_is_defined(figures: Figures, odd: OddBook) -> None:
    items = figures.open_items(DAY).get(odd.book.company, {})
    found = {
        document_id if number is None else f"{document_id}#{number}": item.open_amount
        for (document_id, number), item in items.items()
    }
    assert found == {item: Decimal(amount) for item, amount in odd.open.items()}, as_csv(odd.book)
    assert items == open_items(odd.book, DAY), as_csv(odd.book)


@pytest.mark.parametrize("odd", ODD_BOOKS.values(), ids=ODD_BOOKS)
def test_what_is_odd_is_told(figures: Figures, odd: OddBook) -> None:
    rows = figures.rows(
        "select kind, subject, amount from ledger_exception where company = ?",
        [odd.book.company],
    )
    expected = {key: Decimal(amount) for key, amount in odd.told.items()}
    assert {(kind, subject): amount for kind, subject, amount in rows} == expected, as_csv(odd.book)


def test_every_kind_is_tried(figures: Figures) -> None:
    """A kind without an odd book would be words nobody has seen."""
    kinds = {kind for odd in ODD_BOOKS.values() for kind, _ in odd.told}
    assert kinds == {kind for (kind,) in figures.rows("select distinct kind from ledger_exception")}


def test_a_clerk_finds_the_row(figures: Figures) -> None:
    rows = figures.rows(
        "select kind, subject, words_en, words_es, title_en, title_es, severity, file_name, source, source_line, "
        "known_from, document_id, customer_id from ledger_exception"
    )
    assert len(rows) >= 25
    for kind, subject, words_en, words_es, title_en, title_es, severity, *place in rows:
        for words in (words_en, words_es):
            assert subject.partition("#")[0] in words and not {"{", "}"} & set(words), (kind, words)
            assert words.endswith("."), (kind, words)
        assert words_en != words_es and title_en != title_es and severity in ("warning", "note")
        assert None not in place, (kind, subject, place)
