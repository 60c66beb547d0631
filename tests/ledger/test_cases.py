"""What other systems' tests assert and their users complain about, as companies of one home, built once."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from homes import build_figures, load, new_home

from ledger.cases import Case, read_cases, schemes_yml
from ledger.conftest import Figures

pytestmark = [pytest.mark.shared, pytest.mark.slow]

# Before the first case: rows that do not say when they were recorded are known from the day they are loaded.
LOADED_ON = date(2016, 1, 1)
TODAY = date(2025, 7, 31)
# Without the folder beside the project, one case stands for them all, so that the skip is seen.
CASES = [pytest.param(case, id=case.id) for case in read_cases()] or [pytest.param(None, id="absent")]


@pytest.fixture(scope="session")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder = tmp_path_factory.mktemp("cases")
    fixtures = shared / "fixtures"
    command = [fixtures / "to_contract.py", fixtures / "ageing_cases.json", folder / "csv"]
    subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True)
    settings = new_home(folder / "home", schemes_yml(read_cases()))
    files = [path for path in sorted((folder / "csv").glob("*.csv")) if not path.name.startswith("expected")]
    load(settings, files, on=LOADED_ON)
    figures = Figures(build_figures(settings, TODAY))
    yield figures
    figures.connection.close()


def test_all_cases_are_there(published: Figures) -> None:
    cases = read_cases()
    assert len(cases) == 77
    companies = {company for (company,) in published.rows("select company from dim_company")}
    assert all(any(case.holds(company, None) for company in companies) for case in cases if "filter" not in case.raw)


@pytest.mark.parametrize("case", CASES)
def test_case(published: Figures, case: Case) -> None:
    items = [
        row
        for row in published.rows(
            "select company, group_id, customer_id, document_id, instalment_no, open_amount, open_base "
            "from open_items(?, known_at := ?)",
            [case.as_of, case.known_on],
        )
        if case.holds(row[0], row[1])
    ]
    found = {(document, part): (amount, base) for _, _, _, document, part, amount, base in items}
    assert found == case.open, "open items"

    owed: dict[str, Decimal] = defaultdict(Decimal)
    for _, _, customer, _, _, _, base in items:
        owed[customer] += base
    assert {customer: total for customer, total in owed.items() if total} == case.totals, "customers' totals"

    groups = {(row[0], row[2]): row[1] for row in items}
    aged: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    disputed = Decimal(0)
    for company, customer, bucket, base, of_which_disputed in published.rows(
        "select company, customer_id, bucket, open_base, disputed_base "
        "from aging(?, scheme := ?, basis := ?, known_at := ?)",
        [case.as_of, case.scheme, case.basis, case.known_on],
    ):
        if case.holds(company, groups.get((company, customer))):
            aged[customer, bucket] += base
            disputed += of_which_disputed
    assert {cell: amount for cell, amount in aged.items() if amount} == case.buckets, "buckets"

    unapplied = {customer: -amount for (customer, bucket), amount in aged.items() if bucket == "unapplied" and amount}
    assert unapplied == case.unapplied, "unapplied"
    assert disputed == case.disputed, "disputed"
