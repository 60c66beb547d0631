"""Lists of open items: what a later list lacks is settled as far as it was open, and nobody else's money moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from homes import build_figures, new_home

from ledger.conftest import Figures
from ledger.open_lists import load_open_lists

pytestmark = pytest.mark.slow

TODAY = date(2025, 5, 15)
# (company, day): what is open of it then, by document
OPEN: dict[tuple[str, str], dict[str, str]] = {
    ("PAID", "2025-02-09"): {"I1": "100"},
    ("PAID", "2025-02-10"): {},
    ("PAID", "2025-03-01"): {},
    ("PARTLY", "2025-02-27"): {"I1": "60"},
    ("PARTLY", "2025-02-28"): {},
    ("BACK", "2025-02-27"): {"I1": "40"},
    ("BACK", "2025-03-10"): {},
    ("BACK", "2025-03-31"): {"I1": "40"},
    ("BACK", "2025-04-30"): {},
    ("LATER", "2025-02-28"): {},
    ("LATER", "2025-03-15"): {},
    ("CANCELLED_AFTER", "2025-02-27"): {"I1": "100"},
    ("CANCELLED_AFTER", "2025-03-05"): {},
    ("CANCELLED_AFTER", "2025-03-10"): {},
    ("CANCELLED_BEFORE", "2025-02-14"): {"I1": "100"},
    ("CANCELLED_BEFORE", "2025-02-15"): {},
    ("CANCELLED_BEFORE", "2025-03-31"): {},
    ("UNREADABLE", "2025-03-01"): {"I1": "100"},
    ("UNREADABLE", "2025-05-01"): {"I1": "100"},
    ("NOBODY_S", "2025-03-01"): {"I1": "100"},
    ("NOBODY_S", "2025-03-31"): {},
    ("ANOTHER_AMOUNT", "2025-02-01"): {"I1": "80"},
    ("ANOTHER_AMOUNT", "2025-03-01"): {},
    ("ANOTHER_AMOUNT", "2025-04-01"): {"I1": "80"},
    ("IN_PARTS", "2025-02-27"): {"I1": "30"},
    ("IN_PARTS", "2025-02-28"): {},
    ("IN_PARTS", "2025-03-31"): {"I1": "30"},
    ("IN_PARTS", "2025-04-30"): {},
    ("IN_DOLLARS", "2025-02-27"): {"I1": "66.67"},
    ("IN_DOLLARS", "2025-02-28"): {},
    ("IN_DOLLARS", "2025-03-31"): {"I1": "66.67"},
    ("IN_DOLLARS", "2025-04-30"): {},
    ("OFTEN", "2025-04-29"): {"I1": "100"},
    ("OFTEN", "2025-04-30"): {"I1": "100"},
    ("OFTEN_GONE", "2025-04-29"): {"I1": "100"},
    ("OFTEN_GONE", "2025-04-30"): {},
}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder = tmp_path_factory.mktemp("lists")
    settings = new_home(folder / "home")
    load_open_lists(settings, folder)
    found = Figures(build_figures(settings, TODAY))
    yield found
    found.connection.close()


@pytest.mark.parametrize(("company", "day"), OPEN)
def test_what_is_open(figures: Figures, company: str, day: str) -> None:
    rows = figures.rows(
        "select document_id, open_amount from open_items(cast(? as date)) "
        "where company = ? and document_id not like 'K%'",
        [day, company],
    )
    assert dict(rows) == {document: Decimal(amount) for document, amount in OPEN[company, day].items()}


def test_before_a_list_showed_it_again_it_was_gone(figures: Figures) -> None:
    known = figures.rows(
        "select document_id from open_items(date '2025-04-01', known_at := date '2025-03-15') "
        "where company = 'BACK' and document_id not like 'K%'"
    )
    assert known == []


def test_a_cancelled_document_leaves_no_list(figures: Figures) -> None:
    rows = figures.rows(
        "select distinct entry_type from fct_receivable_entry "
        "where company = 'CANCELLED_BEFORE' and document_id = 'I1' and known_to is null order by 1"
    )
    assert rows == [("cancellation",), ("invoice",)]


def test_an_item_in_another_currency_leaves_no_cent_behind(figures: Figures) -> None:
    """66.67 dollars at the invoice's rate, rounded; leaving takes what is left of it and coming back gives it again."""
    rows = figures.rows(
        "select entry_date, entry_type, amount, base_amount from fct_receivable_entry "
        "where company = 'IN_DOLLARS' and document_id = 'I1' and known_to is null order by all"
    )
    left, returned = "left_snapshot", "returned_to_snapshot"
    steps = [(day, kind, str(amount), str(base)) for day, kind, amount, base in rows]
    assert steps == [
        (date(2025, 1, 5), "invoice", "100.0000", "1812.7500"),
        (date(2025, 2, 10), "application", "-33.3300", "-604.1900"),
        (date(2025, 2, 28), left, "-66.6700", "-1208.5600"),
        (date(2025, 3, 31), returned, "66.6700", "1208.5600"),
        (date(2025, 4, 30), left, "-66.6700", "-1208.5600"),
    ]


def test_a_revaluation_that_leaves_a_list_is_gone_in_base(figures: Figures) -> None:
    rows = figures.rows(
        "select entry_date, amount, base_amount from fct_receivable_entry "
        "where company = 'REVALUED' and document_id = 'I1' and known_to is null order by all"
    )
    assert [(day.isoformat(), amount, str(base)) for day, amount, base in rows] == [
        ("2025-01-05", 0, "-12.3400"),
        ("2025-02-28", 0, "12.3400"),
        ("2025-03-31", 0, "-12.3400"),
        ("2025-04-30", 0, "12.3400"),
    ]
