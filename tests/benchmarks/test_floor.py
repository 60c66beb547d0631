"""Hand-written SQL and the product's models agree on the core tables, cell by cell."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from .agreement import checksums, differences
from .conftest import Built
from .floor import TABLES


def test_the_floor_makes_the_same_tables(built: Built) -> None:
    assert differences(built.floor, built.published, every_cell=True) == []


def test_what_is_compared_is_not_empty(built: Built) -> None:
    with duckdb.connect(str(built.floor), read_only=True) as connection:
        for table in TABLES:
            assert connection.execute(f"select count(*) from {table}").fetchone() > (1_000,), table
        superseded = connection.execute("select count(*) from fct_receivable_entry where known_to is not null")
        assert superseded.fetchone() > (0,)
        foreign = connection.execute("select count(*) from fct_receivable_entry where currency <> base_currency")
        assert foreign.fetchone() > (0,)


def test_a_cent_is_found(built: Built, tmp_path: Path) -> None:
    changed = Path(shutil.copyfile(built.floor, tmp_path / "changed.duckdb"))
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update fct_open_balance set open_base = open_base + 0.01"
            " where (item_id, valid_from) = (select (item_id, valid_from) from fct_open_balance order by all limit 1)"
        )
    told = differences(changed, built.published, every_cell=True)
    assert [words.partition(":")[0] for words in told] == ["fct_open_balance"] * 3
    before, after = checksums(built.floor), checksums(changed)
    assert {table for table in TABLES if before[table] != after[table]} == {"fct_open_balance"}


def test_two_cells_that_cancel_out_are_found_cell_by_cell(built: Built, tmp_path: Path) -> None:
    changed = Path(shutil.copyfile(built.floor, tmp_path / "changed.duckdb"))
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update fct_aging_daily set bucket_order = 1 - bucket_order"
            " where bucket_order < 2 and date = (select min(date) from fct_aging_daily)"
        )
    assert differences(changed, built.published, every_cell=False) == []
    assert differences(changed, built.published, every_cell=True) != []
