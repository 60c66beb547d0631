"""A real ERP's whole books: Tryton's exports against plain arithmetic on the same files, to the cent.

The extract beside the project, and invented books with more of what is rare in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from homes import build_figures, new_home

from ledger.conftest import LEDGER_MARTS, Figures
from ledger.tryton_books import at_evening, invent, write_tryton
from ledger.tryton_oracle import Company, rows
from orchestration.clock import Clock
from orchestration.pipeline import ingest_paths

pytestmark = pytest.mark.slow

TODAY = date(2025, 6, 30)
LOADED_ON = date(2026, 1, 5)
SEEDS = (1, 2, 3)
# one company whose exports came by and by: on these evenings, and at last
EVENINGS = (date(2025, 3, 10), date(2025, 4, 30), date(2025, 6, 12))
DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2025-02-14", "2025-03-31", "2025-05-10", "2025-05-31", "2025-06-10", "2025-06-17", "2025-06-30")
)
MONTH_ENDS = (date(2025, 5, 31), date(2025, 6, 30))
REAL = pytest.param("REAL", marks=pytest.mark.shared)
COMPANIES = [REAL, *(f"BOOKS{seed}" for seed in SEEDS), "NIGHTLY"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Figures, dict[str, Company]]]:
    """One home with the invented books and, where it is there, the extract."""
    folder = tmp_path_factory.mktemp("tryton")
    exports = {f"BOOKS{seed}": write_tryton(invent(seed), folder / str(seed)) for seed in SEEDS}
    nightly = invent(4)
    before = {evening: write_tryton(at_evening(nightly, evening), folder / f"{evening}") for evening in EVENINGS}
    exports["NIGHTLY"] = write_tryton(nightly, folder / "at_last")
    extract = Path(__file__).parents[3] / "shared" / "data" / "B_erp" / "tryton"
    if extract.is_dir():
        exports["REAL"] = extract
    companies = "".join(
        f"  - {{code: {code}, name: {code}, country: MX, functional_currency: MXN}}\n" for code in sorted(exports)
    )
    settings = new_home(folder / "home", f"companies:\n{companies}")
    for code, export in [*(("NIGHTLY", export) for export in before.values()), *exports.items()]:
        ingest_paths(settings, Clock(LOADED_ON, fixed=True), [export], company=code)
    figures = Figures(build_figures(settings, TODAY, only=LEDGER_MARTS))
    companies_then = {f"NIGHTLY {evening}": export for evening, export in before.items()}
    yield figures, {code: Company(export) for code, export in {**exports, **companies_then}.items()}
    figures.connection.close()


@pytest.fixture
def company(published: tuple[Figures, dict[str, Company]], request: pytest.FixtureRequest) -> Company:
    """The oracle of the company that the test names; the extract's is skipped where it is not there."""
    if request.param == "REAL":
        request.getfixturevalue("shared")
    return published[1][request.param]


def ageing(figures: Figures, company: str, day: date, known: date | None) -> dict[tuple[str, str], object]:
    found = figures.rows(
        "select customer_id, bucket, open_base from aging(?, known_at := ?) where company = ? and open_base <> 0",
        [day, known, company],
    )
    return {(party, bucket): amount for party, bucket, amount in found}


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("company", COMPANIES, indirect=True)
def test_ageing_by_party_and_bucket_as_finally_known(published, company, day, request) -> None:
    code = request.node.callspec.params["company"]
    found = ageing(published[0], code, day, None)
    assert found == company.ageing(day)
    if day >= date(2025, 5, 10):  # the extract begins in May
        assert len({bucket for _, bucket in found}) >= 4


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("company", COMPANIES, indirect=True)
def test_what_was_known_that_evening(published, company, day, request) -> None:
    code = request.node.callspec.params["company"]
    assert ageing(published[0], code, day, day) == company.ageing(day, day)
    found = published[0].rows(
        "select customer_id, sum(open_base) from open_items(?, known_at := ?) where company = ? "
        "group by customer_id having sum(open_base) <> 0",
        [day, day, code],
    )
    assert dict(found) == company.balances(day, day)


@pytest.mark.parametrize("day", MONTH_ENDS, ids=str)
@pytest.mark.parametrize("company", COMPANIES, indirect=True)
def test_the_sub_ledger_is_the_control_account(published, company, day, request) -> None:
    code = request.node.callspec.params["company"]
    found = published[0].rows(
        "select account, subledger_base, gl_balance, difference from tie_out(?) where company = ?", [day, code]
    )
    wanted = company.control(day)
    assert {account: (ours, theirs) for account, ours, theirs, _ in found} == {
        account: (balance, balance) for account, balance in wanted.items()
    }
    assert all(difference == 0 for *_, difference in found)
    assert found


@pytest.mark.parametrize("company", COMPANIES, indirect=True)
def test_items_hold_the_amounts_of_their_currency(published, company, request) -> None:
    """What is open in dollars is open in dollars; its value in the books is what the line was booked with."""
    code = request.node.callspec.params["company"]
    found = published[0].rows(
        "select document_id, open_amount, open_base, currency from open_items(?) where company = ?", [TODAY, code]
    )
    booked = {f"L{item.id}": item.net for item in company.items}
    assert all(base == booked[document] for document, _, base, _ in found)
    assert all(amount == base for _, amount, base, currency in found if currency == "MXN")
    assert {currency for *_, currency in found} > {"MXN"}


def test_the_evenings_are_not_all_alike(published) -> None:
    """The invented books do hold what the test is about: what was known is not what is known now."""
    for seed in SEEDS:
        company = published[1][f"BOOKS{seed}"]
        assert sum(company.ageing(day) != company.ageing(day, day) for day in DAYS) >= 5
        assert sum(company.balances(day) != company.balances(day, day) for day in DAYS) >= 4


@pytest.mark.parametrize("evening", EVENINGS, ids=str)
def test_what_was_known_an_evening_is_what_was_exported_then(published, evening) -> None:
    then = published[1][f"NIGHTLY {evening}"]
    assert ageing(published[0], "NIGHTLY", evening, evening) == then.ageing(evening)


def test_exports_of_earlier_evenings_do_differ() -> None:
    """What the nightly company is about: lines come as drafts, and unsettled, before they are what they are at last."""
    books, drafts, unsettled = invent(4), 0, 0
    for evening in EVENINGS:
        then = {line.id: line for line in at_evening(books, evening).lines}
        assert len(then) < len(books.lines)
        drafts += sum(line.move.posted != then[line.id].move.posted for line in books.lines if line.id in then)
        unsettled += sum(line.group != then[line.id].group for line in books.lines if line.id in then)
    assert min(drafts, unsettled) > 20


@pytest.mark.shared
def test_the_reconciliations_say_what_the_lines_say(shared: Path) -> None:
    """Why "Reconciliations" need not be read: number and date of each are on its lines, and nothing is delegated."""
    folder = shared / "data" / "B_erp" / "tryton"
    on_lines = {
        row["ID"]: (row["Reconciliation/Number"], row["Reconciliation/Date"])
        for row in rows(folder / "Receivable Move Lines.csv")
    }
    number, day, compared = "", "", 0
    for row in rows(folder / "Reconciliations.csv"):
        number, day = row["Number"] or number, row["Date"] or day
        assert not row["Delegate To"]
        assert on_lines[row["Lines/ID"]] == (number, day)
        compared += 1
    assert compared > 200
