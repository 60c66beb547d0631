"""What arrives in pieces, in any order and twice gives the figures of a rebuild from nothing, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest
from homes import build_figures, load, new_home

from ledger.books import QUESTION_DAYS, generate, is_recorded
from ledger.conftest import FIRST_SEED, LOADED_ON, Figures
from ledger.contract_files import as_csv
from ledger.credit import at_rest, credit_deliveries, policies
from ledger.deliveries import LISTED, changed_later, in_pieces, open_list, paid_from_the_list, write_delivery
from ledger.open_lists import know_open_lists
from ledger.oracle import open_items
from ledger.records import Book
from orchestration.build import prepare_build
from orchestration.settings import POLICIES_FILE, Settings, load_settings

pytestmark = pytest.mark.slow

BOOKS = 90
# a month ends between the builds, and two are of one day
BUILT_ON = (date(2025, 8, 30), date(2025, 8, 31), date(2025, 9, 1), date(2025, 9, 1))
DELIVERIES = len(BUILT_ON)
# the policy of each build: one that changes with every build would leave nothing that was held
POLICIES = (policies("0", 10), policies("0.1", 15), policies("0.1", 15), policies("0.1", 15))
# says of itself when it was built
NOT_COMPARED = {"publication"}


@dataclass(frozen=True)
class Arrived:
    """A home that took up delivery after delivery, and homes that built the same lake from nothing at the end."""

    books: tuple[Book, ...]
    settings: Settings
    taken_up: Path
    rebuilt: Path


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    folder = tmp_path_factory.mktemp("deliveries")
    random = Random(FIRST_SEED)
    books = [example.book for example in generate(BOOKS, FIRST_SEED)]
    listed = paid_from_the_list(random)
    deliveries = in_pieces([*books, listed], DELIVERIES, random)
    # those that say when they were recorded stay as they are, and must come out as if all had come at once
    changes = changed_later([book for book in books if not is_recorded(book)], random)
    resting, ledger_at_rest = at_rest(books[::2])
    credit = credit_deliveries([*books[1::2], *resting], DELIVERIES, random)
    for entity, rows in ledger_at_rest.items():
        deliveries[0][entity].extend(rows)
    settings = new_home(folder / "home")
    know_open_lists(settings)
    for number, delivery in enumerate(deliveries):
        part = {entity: rows[number - 1 :: DELIVERIES - 1] for entity, rows in changes.items()} if number else {}
        files = write_delivery(delivery, folder / str(number), random)
        files += write_delivery(part, folder / f"{number}_changed", random)
        files += write_delivery(credit[number], folder / f"{number}_credit", random)
        files.append(open_list(number, folder, random))
        load(settings, files, on=LOADED_ON + timedelta(days=number))
        (settings.home / POLICIES_FILE).write_text(POLICIES[number], encoding="utf-8")
        settings, today = load_settings(settings.home), BUILT_ON[number]
        # a build that began from nothing would prove nothing; what is made ready twice is made ready
        assert bool(prepare_build(settings, today).full) is (number == 0)
        if number == DELIVERIES - 1:
            # as if a build had been killed between two tables: the entries are new, the balances are not
            build_figures(settings, today, only=("fct_receivable_entry",))
        taken_up = build_figures(settings, today)
    return Arrived(tuple(books), settings, taken_up, _rebuilt(settings, folder / "again"))


def _rebuilt(settings: Settings, home: Path) -> Path:
    again = new_home(home, policies_yml=POLICIES[-1])
    again.lake_dir.rmdir()
    again.lake_dir.symlink_to(settings.lake_dir, target_is_directory=True)
    return build_figures(again, BUILT_ON[-1])


def tables(path: Path) -> list[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute("select table_name from duckdb_tables() where not internal order by 1").fetchall()
    return [name for (name,) in rows if name not in NOT_COMPARED]


@pytest.fixture(scope="module")
def both(arrived: Arrived) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in (("taken_up", arrived.taken_up), ("rebuilt", arrived.rebuilt)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        yield connection


def test_every_table_is_what_a_rebuild_gives(arrived: Arrived, both: duckdb.DuckDBPyConnection) -> None:
    names = tables(arrived.rebuilt)
    assert names == tables(arrived.taken_up) and len(names) >= 20
    differing = {}
    for name in names:
        for one, other in (("taken_up", "rebuilt"), ("rebuilt", "taken_up")):
            rows = both.execute(f"from {one}.{name} except all from {other}.{name}").fetchmany(3)
            if rows:
                differing[f"{name}, only in {one}"] = rows
    assert differing == {}


def test_there_is_something_to_compare(arrived: Arrived, both: duckdb.DuckDBPyConnection) -> None:
    def count(condition: str) -> int:
        (found,) = both.execute(f"select count(*) from rebuilt.fct_receivable_entry where {condition}").fetchall()
        return int(found[0])

    assert count("known_to is null") > 500
    assert count("known_to is not null") > 100
    assert count(f"company = '{LISTED}' and entry_type = 'left_snapshot'") >= 1
    judged = both.execute("select distinct rule_id, outcome from rebuilt.fct_policy_evaluation").fetchall()
    assert sorted(judged) == [
        *(("R07", outcome) for outcome in ("breach", "not_evaluable", "pass", "waived")),
        *(("R11", outcome) for outcome in ("breach", "pass", "waived")),
    ]
    (odd,) = both.execute("select count(distinct kind) from rebuilt.ledger_exception").fetchall()
    assert odd[0] >= 6


def test_the_order_of_arrival_does_not_matter(arrived: Arrived) -> None:
    """Where rows say when they were recorded, pieces in any order are what all at once is: what the oracle says."""
    figures = Figures(arrived.taken_up)
    checked = 0
    for day in QUESTION_DAYS:
        for book in filter(is_recorded, arrived.books):
            expected = open_items(book, day)
            assert figures.open_items(day).get(book.company, {}) == expected, f"{day}\n{as_csv(book)}"
            checked += len(expected)
    figures.connection.close()
    assert checked > 200
