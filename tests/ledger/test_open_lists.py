"""Lists of open items: what a later list lacks is settled as far as it was open, and nobody else's money moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from homes import build_figures, load, new_home

from ledger.conftest import Figures
from ledger.contract_files import Row, write_table

pytestmark = pytest.mark.slow

JANUARY, FEBRUARY, MARCH, APRIL = (date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30)))
TODAY = date(2025, 5, 15)
PROFILE = """\
name: open_list
title: {es: Partidas abiertas, en: Open items}
format: delimited
load: snapshot
recognise: {file: "abiertas*"}
entities:
  - entity: documents
    columns:
      company: company
      document_id: id
      document_type: {constant: invoice}
      customer_id: {constant: C1}
      issue_date: issued
      currency: {constant: MXN}
      amount: amount
"""
# Which lists show the invoice of a company; "?" with an amount, "#" with an id nobody can read.
SHOWN = {
    "PAID": "100 - - -",
    "PARTLY": "100 - - -",
    "BACK": "100 - 100 -",
    "LATER": "100 - - -",
    "CANCELLED_AFTER": "100 - - -",
    "CANCELLED_BEFORE": "100 - - -",
    "UNREADABLE": "100 ? 100 100",
    "NOBODY_S": "100 # - -",
    "ANOTHER_AMOUNT": "100 - 80 -",
}
RECEIPTS = {"PAID": ("100", "2025-02-10"), "PARTLY": ("40", "2025-02-10"), "BACK": ("60", "2025-02-10")} | {
    "LATER": ("100", "2025-03-15")
}
CANCELLED = {"CANCELLED_AFTER": "2025-03-10", "CANCELLED_BEFORE": "2025-02-15"}
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
    ("OFTEN", "2025-04-29"): {"I1": "100"},
    ("OFTEN", "2025-04-30"): {"I1": "100"},
    ("OFTEN_GONE", "2025-04-29"): {"I1": "100"},
    ("OFTEN_GONE", "2025-04-30"): {},
}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    """Four monthly lists, a delta of receipts and cancellations, and a backlog of lists that came on one day."""
    folder = tmp_path_factory.mktemp("lists")
    settings = new_home(folder / "home")
    settings.sources_dir.mkdir(exist_ok=True)
    (settings.sources_dir / "open_list.yml").write_text(PROFILE, encoding="utf-8")
    for number, day in enumerate((JANUARY, FEBRUARY, MARCH, APRIL)):
        load(settings, [_list(number, folder), *(_delta(folder) if number == 1 else ())], on=day)
    backlog = ("100 100", "- -", "100 100", "- -", "100 -")
    load(settings, [_backlog(number, shown, folder) for number, shown in enumerate(backlog)], on=APRIL)
    found = Figures(build_figures(settings, TODAY))
    yield found
    found.connection.close()


def _list(number: int, folder: Path) -> Path:
    # so many good rows that the few bad ones do not have the file refused; each company's second invoice stays
    rows = [_row(company, f"K{item}") for company in SHOWN for item in range(60)]
    for company, lists in SHOWN.items():
        amount = lists.split()[number]
        if amount == "?":
            rows.append(_row(company, "I1", "1oo"))
        elif amount == "#":
            rows.append(_row(company, "", "100"))
        elif amount != "-":
            rows.append(_row(company, "I1", amount))
    return write_table(rows, folder / f"abiertas_{number}.csv")


def _backlog(number: int, shown: str, folder: Path) -> Path:
    rows = [_row(company, "K0") for company in ("OFTEN", "OFTEN_GONE")]
    for company, amount in zip(("OFTEN", "OFTEN_GONE"), shown.split(), strict=True):
        if amount != "-":
            rows.append(_row(company, "I1", amount))
    return write_table(rows, folder / f"abiertas_atrasadas_{number}.csv")


def _row(company: str, document_id: str, amount: str = "1") -> Row:
    return {"company": company, "id": document_id, "issued": "2025-01-05", "amount": amount}


def _delta(folder: Path) -> list[Path]:
    companies = [*SHOWN, "OFTEN", "OFTEN_GONE"]
    documents: list[Row] = [
        {"company": company, "document_id": "R1", "document_type": "receipt", "issue_date": day}
        | {"currency": "MXN", "amount": amount, "customer_id": "C1"}
        for company, (amount, day) in RECEIPTS.items()
    ]
    cancelled: list[Row] = [
        {"company": company, "document_id": "I1", "document_type": "invoice", "issue_date": "2025-01-05"}
        | {"currency": "MXN", "amount": "100", "customer_id": "C1", "status": "cancelled", "cancelled_on": day}
        for company, day in CANCELLED.items()
    ]
    applications: list[Row] = [
        {"company": company, "application_id": "A1", "from_document_id": "R1", "to_document_id": "I1"}
        | {"applied_on": day, "amount": amount}
        for company, (amount, day) in RECEIPTS.items()
    ]
    tables = {
        "companies": [
            {"company": company, "name": company, "country": "MX", "functional_currency": "MXN"}
            for company in companies
        ],
        "documents": documents,
        "documents_cancelled": cancelled,
        "applications": applications,
    }
    return [write_table(rows, folder / f"{name}.csv") for name, rows in tables.items()]


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
