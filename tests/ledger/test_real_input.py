"""Real exports through the command line's own calls: ageing and DSO exactly as the reference beside the project."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from homes import new_home

from ledger.conftest import Figures
from orchestration.clock import Clock
from orchestration.pipeline import ingest_paths, refresh

pytestmark = [pytest.mark.shared, pytest.mark.slow]

TODAY = date(2025, 12, 31)
FILES = (
    "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv",
    "highradius/highradius_open_items_fullcols.csv",
    "pbix_55k/ar_dashboard_55k.csv",
)
# The reference is per currency; each of these companies keeps its books in the currency it bills in.
COMPANIES = {
    "ibm_ar": ("IBM",),
    "highradius_open": ("U001", "U002", "U005", "U013", "CA02"),
    "pbix_55k": ("PBIX",),
}
AGEING = [
    ("ibm_ar", "2012-12-31", "USD"),
    ("ibm_ar", "2013-06-30", "USD"),
    ("highradius_open", "2020-03-31", "USD"),
    ("highradius_open", "2020-03-31", "CAD"),
    ("highradius_open", "2020-05-22", "USD"),
    ("highradius_open", "2020-05-22", "CAD"),
    ("pbix_55k", "2025-06-30", "USD"),
    ("pbix_55k", "2025-12-31", "USD"),
]
DSO = [
    ("ibm_ar", "2012-12-31"),
    ("ibm_ar", "2013-06-30"),
    ("pbix_55k", "2025-06-30"),
    ("pbix_55k", "2025-12-31"),
]


@pytest.fixture(scope="session")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    settings = new_home(tmp_path_factory.mktemp("real") / "home")
    clock = Clock(TODAY, fixed=True)
    ingest_paths(settings, clock, [shared / "data" / "A_invoices" / name for name in FILES])
    refresh(settings, clock)
    figures = Figures(settings.published_file)
    yield figures
    figures.connection.close()


def reference(shared: Path, name: str, **wanted: str) -> list[dict[str, str]]:
    with (shared / "reference" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[column] == value for column, value in wanted.items())]
    assert rows, f"{name} has no row for {wanted}"
    return rows


@pytest.mark.parametrize(("name", "day", "currency"), AGEING)
def test_ageing_is_the_reference_s(shared: Path, published: Figures, name: str, day: str, currency: str) -> None:
    expected = {
        row["bucket"]: (int(row["n_invoices"]), Decimal(row["balance"]))
        for row in reference(shared, f"{name}__aging", as_of=day, currency=currency)
        if int(row["n_invoices"])
    }
    found = published.rows(
        """
        select aged.bucket, cast(sum(aged.n_items) as bigint), sum(aged.open_base)
        from aging(?) as aged
        join dim_company as company on company.company = aged.company
        where company.company in (select unnest(?)) and company.functional_currency = ? and aged.bucket <> 'unapplied'
        group by aged.bucket
        """,
        [date.fromisoformat(day), list(COMPANIES[name]), currency],
    )
    assert {bucket: (n_items, balance) for bucket, n_items, balance in found} == expected


@pytest.mark.parametrize(("name", "day"), DSO)
def test_dso_is_the_reference_s_to_four_decimals(shared: Path, published: Figures, name: str, day: str) -> None:
    (expected,) = reference(shared, f"{name}__dso", as_of=day)
    (found,) = published.rows(
        "select gross_base, billings_90_base, dso_balance_90_gross, dso_countback_gross "
        "from fct_collection_metrics where company = ? and month_end = ?",
        [COMPANIES[name][0], date.fromisoformat(day)],
    )
    closing, billed, balance, countback = found
    assert (closing, billed) == (Decimal(expected["closing_ar"]), Decimal(expected["sales_last_90d"]))
    assert round(balance, 4) == Decimal(expected["dso_90"])
    assert round(countback, 4) == Decimal(expected["dso_countback_monthly"])


def test_daily_ageing_agrees_with_the_question(shared: Path, published: Figures) -> None:
    for _, day, _ in AGEING[::2]:
        asked = published.rows(
            "select company, bucket, sum(open_base) from aging(?) group by all order by all", [date.fromisoformat(day)]
        )
        daily = published.rows(
            "select company, bucket, open_base from fct_aging_daily where date = ? and n_items > 0 order by all",
            [date.fromisoformat(day)],
        )
        assert asked == daily
        assert asked
