"""DuckDB and Spark publish the same file: every table, cell by cell, with the same types, keys and words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from spark.conftest import CASES_LOADED_ON, TODAY, Engines

# the first test waits for both builds
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
MARTS = sorted(path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql"))
DATA_TESTS = list((DBT_PROJECT / "tests").rglob("*.sql"))


@pytest.mark.parametrize("table", MARTS)
def test_every_cell_is_the_same(engines: Engines, table: str) -> None:
    columns = ", ".join(f'"{name}"' for (name,) in _columns(engines, table, "column_name"))
    of = {engine: f"select {columns} from {engine}.{table}" for engine in ("duckdb", "spark")}
    only = {
        "duckdb": engines.connection.execute(
            f"{of['duckdb']} except all {of['spark']} order by all limit 3"
        ).fetchall(),
        "spark": engines.connection.execute(f"{of['spark']} except all {of['duckdb']} order by all limit 3").fetchall(),
    }
    assert only == {"duckdb": [], "spark": []}
    (rows,) = engines.connection.execute(f"select count(*) from spark.{table}").fetchone() or (0,)
    assert rows > 0


@pytest.mark.parametrize("table", MARTS)
def test_every_column_is_the_same(engines: Engines, table: str) -> None:
    facts = "column_name, data_type, is_nullable, comment"
    found = _columns(engines, table, facts)
    assert found == _columns(engines, table, facts, engine="duckdb")
    assert all(comment for *_, comment in found)
    assert _comment_and_key(engines, table, "spark") == _comment_and_key(engines, table, "duckdb")


@pytest.mark.parametrize("as_of", [date(2018, 12, 31), date(2025, 3, 31), date(2025, 6, 30), date(2025, 7, 31), TODAY])
def test_both_files_answer_alike(engines: Engines, as_of: date) -> None:
    answers = []
    for engine in ("duckdb", "spark"):
        engines.connection.execute(f"use {engine}")
        answers.append(
            {
                question: engines.connection.execute(f"select * from {question} order by all", [as_of]).fetchall()
                for question in (
                    "open_items($1)",
                    "open_items($1, known_at := $1)",
                    "aging($1)",
                    "tie_out($1)",
                    "tie_out_rows($1)",
                    "group_aging($1)",
                )
            }
        )
    engines.connection.execute("use memory")
    assert answers[0] == answers[1]
    if as_of == TODAY:
        assert all(answers[0].values())


def test_the_data_tests_ran_on_both(engines: Engines) -> None:
    counts = {
        engines.connection.execute(f"select checks_passed, checks_total from {engine}.publication").fetchone()
        for engine in ("duckdb", "spark")
    }
    assert len(counts) == 1
    ((passed, total),) = counts
    assert total >= len(DATA_TESTS) and passed > 0


def test_the_cases_are_among_them(engines: Engines) -> None:
    if not engines.has_cases:
        pytest.skip(
            "REAL EXPORTS ABSENT: ../shared/fixtures is not beside the project; only the sample group was compared"
        )
    early = engines.connection.execute(
        "select count(distinct company) from spark.dim_receivable_item where known_from < $1", [date(2016, 1, 2)]
    ).fetchone()
    assert early is not None and early[0] >= 60, CASES_LOADED_ON


def test_lists_of_open_items_are_among_them(engines: Engines) -> None:
    """With what leaves a list and comes back, in documents' currency and in base alone, and known otherwise before."""
    counts = engines.connection.execute(
        """
        select
            entry_type,
            count(*) filter (known_to is not null) as replaced,
            count(*) filter (amount = 0) as base_only,
            count(distinct company) as companies
        from spark.fct_receivable_entry
        where entry_type in ('left_snapshot', 'returned_to_snapshot')
        group by entry_type
        """
    ).fetchall()
    assert len(counts) == 2
    for entry_type, replaced, base_only, companies in counts:
        assert replaced > 0 and base_only > 0 and companies > 4, entry_type


def _columns(engines: Engines, table: str, facts: str, engine: str = "spark") -> list[tuple[object, ...]]:
    return engines.connection.execute(
        f"select {facts} from duckdb_columns() where database_name = $1 and table_name = $2 order by column_index",
        [engine, table],
    ).fetchall()


def _comment_and_key(engines: Engines, table: str, engine: str) -> tuple[object, ...] | None:
    found: tuple[object, ...] | None = engines.connection.execute(
        """
        select
            tables.comment,
            (
                select keys.constraint_column_names from duckdb_constraints() as keys
                where
                    keys.database_name = tables.database_name
                    and keys.table_name = tables.table_name
                    and keys.constraint_type = 'PRIMARY KEY'
            ) as key
        from duckdb_tables() as tables
        where tables.database_name = $1 and tables.table_name = $2
        """,
        [engine, table],
    ).fetchone()
    return found
