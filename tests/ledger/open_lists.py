"""Books that come as lists of open items, for two engines' figures and for what is worked out of them by hand.

Four monthly lists, receipts, cancellations and instalments beside the second, and a backlog of lists on one day.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from homes import load

from ledger.contract_files import Row, write_table
from orchestration.settings import Settings

DAYS = tuple(date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30)))
_PROFILE = """\
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
      document_type: type
      customer_id: customer
      issue_date: issued
      due_date: due
      currency: currency
      amount: amount
      fx_rate: rate
      base_amount: base
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
    "IN_PARTS": "100 - 100 -",
    "IN_DOLLARS": "100 - 100 -",
    "REVALUED": "0 - 0 -",
}
# What the list says of it that it does not of others.
_MORE: dict[str, Row] = {
    "IN_DOLLARS": {"currency": "USD", "rate": "18.1275"},
    "REVALUED": {"type": "revaluation", "base": "-12.34"},
}
_OFTEN = ("OFTEN", "OFTEN_GONE")
# How the lists of one day show the invoices of these two, in the order they are loaded.
_BACKLOG = ("100 100", "- -", "100 100", "- -", "100 -")
_RECEIPTS = {
    "PAID": ("100", "2025-02-10"),
    "PARTLY": ("40", "2025-02-10"),
    "BACK": ("60", "2025-02-10"),
    "LATER": ("100", "2025-03-15"),
    "IN_PARTS": ("70", "2025-02-10"),
    "IN_DOLLARS": ("33.33", "2025-02-10"),
}
_CANCELLED = {"CANCELLED_AFTER": "2025-03-10", "CANCELLED_BEFORE": "2025-02-15"}
_INSTALMENTS = {"IN_PARTS": (("2025-02-15", "60"), ("2025-03-15", "40"))}


def know_open_lists(settings: Settings) -> None:
    """Have the home read files named `abiertas…` as lists of open items (the columns of `listed`)."""
    settings.sources_dir.mkdir(exist_ok=True)
    (settings.sources_dir / "open_list.yml").write_text(_PROFILE, encoding="utf-8")


def load_open_lists(settings: Settings, folder: Path) -> None:
    """Load the lists and what comes beside them, each on its day; the files are written into `folder`."""
    know_open_lists(settings)
    for number, day in enumerate(DAYS):
        load(settings, [_list(number, folder), *(_beside(folder) if number == 1 else ())], on=day)
    load(settings, [_late_list(number, shown, folder) for number, shown in enumerate(_BACKLOG)], on=DAYS[-1])


def listed(company: str, document_id: str, amount: str = "1", **more: object) -> Row:
    """One row of a list; unless `more` says otherwise, an invoice of January in pesos, due at once."""
    row = {"company": company, "id": document_id, "type": "invoice", "customer": "C1", "issued": "2025-01-05"}
    return row | {"due": None, "currency": "MXN", "amount": amount, "rate": None, "base": None} | more


def _list(number: int, folder: Path) -> Path:
    # so many good rows that the few bad ones do not have the file refused; each company's other invoices stay
    rows = [listed(company, f"K{item}") for company in SHOWN for item in range(60)]
    for company, lists in SHOWN.items():
        amount = lists.split()[number]
        if amount == "?":
            rows.append(listed(company, "I1", "1oo"))
        elif amount == "#":
            rows.append(listed(company, "", "100"))
        elif amount != "-":
            rows.append(listed(company, "I1", amount, **_MORE.get(company, {})))
    return write_table(rows, folder / f"abiertas_{number}.csv")


def _late_list(number: int, shown: str, folder: Path) -> Path:
    rows = [listed(company, "K0") for company in _OFTEN]
    for company, amount in zip(_OFTEN, shown.split(), strict=True):
        if amount != "-":
            rows.append(listed(company, "I1", amount))
    return write_table(rows, folder / f"abiertas_atrasadas_{number}.csv")


def _beside(folder: Path) -> list[Path]:
    documents: list[Row] = [
        {"company": company, "document_id": "R1", "document_type": "receipt", "issue_date": day}
        | {"currency": "MXN", "fx_rate": None, "amount": amount, "customer_id": "C1"}
        | {name: value for name, value in (("currency", "USD"), ("fx_rate", "18.50")) if company == "IN_DOLLARS"}
        for company, (amount, day) in _RECEIPTS.items()
    ]
    cancelled: list[Row] = [
        {"company": company, "document_id": "I1", "document_type": "invoice", "issue_date": "2025-01-05"}
        | {"currency": "MXN", "amount": "100", "customer_id": "C1", "status": "cancelled", "cancelled_on": day}
        for company, day in _CANCELLED.items()
    ]
    applications: list[Row] = [
        {"company": company, "application_id": "A1", "from_document_id": "R1", "to_document_id": "I1"}
        | {"applied_on": day, "amount": amount}
        for company, (amount, day) in _RECEIPTS.items()
    ]
    instalments: list[Row] = [
        {"company": company, "document_id": "I1", "instalment_no": number, "due_date": due, "amount": amount}
        for company, parts in _INSTALMENTS.items()
        for number, (due, amount) in enumerate(parts, start=1)
    ]
    tables = {
        "companies": [
            {"company": company, "name": company, "country": "MX", "functional_currency": "MXN"}
            for company in (*SHOWN, *_OFTEN)
        ],
        "documents": documents,
        "documents_cancelled": cancelled,
        "applications": applications,
        "instalments": instalments,
    }
    return [write_table(rows, folder / f"{name}.csv") for name, rows in tables.items()]
