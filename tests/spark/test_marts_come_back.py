"""Parquet becomes the file of marts: types, keys and words as the models promise them, or nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.errors import CheckFailed
from orchestration.spark import bring_back

DESCRIPTION = "What a customer's items are worth. One row per item."


def column(name: str, data_type: str, *, not_null: bool = False) -> dict[str, Any]:
    constraints = [{"type": "not_null"}] if not_null else []
    return {"name": name, "data_type": data_type, "description": f"The {name}, isn't it.", "constraints": constraints}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    columns = [column("item", "varchar", not_null=True), column("at", "timestamp"), column("worth", "decimal(18, 4)")]
    mart = {
        "resource_type": "model",
        "name": "fct_worth",
        "fqn": ["cartera", "marts", "receivables", "fct_worth"],
        "description": DESCRIPTION,
        "columns": {each["name"]: each for each in columns},
        "constraints": [{"type": "primary_key", "columns": ["item"]}],
    }
    other = {**mart, "name": "int_worth", "fqn": ["cartera", "intermediate", "int_worth"]}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": {"model.a": mart, "model.b": other}}))
    return path


def written(folder: Path, rows: list[tuple[str | None, int, str]]) -> Path:
    """The tables' folder with these rows as Spark writes them: in several files, columns in their order."""
    table = folder / "marts.db" / "fct_worth"
    table.mkdir(parents=True)
    for number, (item, at, worth) in enumerate(rows):
        cells = {
            "item": pa.array([item], pa.string()),
            "at": pa.array([at], pa.timestamp("us")),
            "worth": pa.array([Decimal(worth)], pa.decimal128(18, 4)),
        }
        pq.write_table(pa.table(cells), table / f"part-{number:05}.parquet")
    (table / "_SUCCESS").touch()
    return folder


def test_tables_are_as_the_models_promise(tmp_path: Path, manifest: Path) -> None:
    tables = written(tmp_path / "tables", [("B", 1, "2.0001"), ("A", 0, "-1.5")])
    assert bring_back(manifest, tables, tmp_path / "marts.duckdb") == ["fct_worth"]
    with duckdb.connect(str(tmp_path / "marts.duckdb"), read_only=True) as connection:
        assert connection.execute("select item, worth from fct_worth").fetchall() == [
            ("A", Decimal("-1.5000")),
            ("B", Decimal("2.0001")),
        ]
        assert connection.execute(
            "select column_name, data_type, is_nullable, comment from duckdb_columns() "
            "where not internal order by column_index"
        ).fetchall() == [
            ("item", "VARCHAR", False, "The item, isn't it."),
            ("at", "TIMESTAMP", True, "The at, isn't it."),
            ("worth", "DECIMAL(18,4)", True, "The worth, isn't it."),
        ]
        assert connection.execute("select comment from duckdb_tables() where not internal").fetchall() == [
            (DESCRIPTION,)
        ]
        assert connection.execute("select constraint_column_names from duckdb_constraints()").fetchone() == (["item"],)


@pytest.mark.parametrize(
    "rows", [[("A", 0, "1"), ("A", 1, "2")], [(None, 0, "1")], []], ids=["twice", "missing", "no table"]
)
def test_what_breaks_the_promise_is_not_published(
    tmp_path: Path, manifest: Path, rows: list[tuple[str | None, int, str]]
) -> None:
    with pytest.raises(CheckFailed) as error:
        bring_back(manifest, written(tmp_path / "tables", rows), tmp_path / "marts.duckdb")
    assert error.value.where == "fct_worth"
    assert "the last good publication stays" in error.value.next_step
