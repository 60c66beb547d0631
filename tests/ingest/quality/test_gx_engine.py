"""The shim: needed with the great-expectations we have, and doing its work. Both tests guard an upgrade."""

from __future__ import annotations

import pytest
import sqlalchemy
from great_expectations.execution_engine import SqlAlchemyExecutionEngine

from ingest.quality.gx_engine import DuckdbBatches, DuckdbExecutionEngine

ONE_ROW = sqlalchemy.text("SELECT CAST('0.10' AS DECIMAL(18,4)) AS amount")


def _rows(engine: SqlAlchemyExecutionEngine) -> list[tuple[str, ...]]:
    return [tuple(str(value) for value in row) for row in engine.execute_query(ONE_ROW).fetchall()]


def test_the_engine_reads_rows_and_keeps_decimals() -> None:
    engine = DuckdbExecutionEngine(connection_string="duckdb:///:memory:")
    assert _rows(engine) == [("0.1000",)]
    first = engine._connection
    assert _rows(engine) == [("0.1000",)]
    assert engine._connection is first
    engine.close()
    assert engine._connection is None


def test_upstream_still_needs_the_shim() -> None:
    """When this fails, GX reads DuckDB by itself: delete gx_engine.py's engine and this file, and say so in 0005."""
    engine = SqlAlchemyExecutionEngine(connection_string="duckdb:///:memory:")
    try:
        found = _rows(engine)
    except Exception:  # whichever way the closed connection shows: what matters is that no row comes out
        found = []
    finally:
        engine.close()
    if found:
        pytest.fail(f"the stock engine reads DuckDB now ({found}): the shim can go")


def test_the_source_uses_the_engine_with_the_shim() -> None:
    source = DuckdbBatches(name="lake", connection_string="duckdb:///:memory:")
    engine = source.get_execution_engine()
    try:
        assert type(engine) is DuckdbExecutionEngine
    finally:
        engine.close()
