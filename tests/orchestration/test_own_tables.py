"""The rows a publication adds arrive as they are: every type, nothing at all, and thousands at once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from orchestration.alerts.table import ALERT_COLUMNS
from orchestration.publishing.own_tables import create_table, insert_rows

COLUMNS = (
    ("key", "VARCHAR", "It's a name"),
    ("day", "DATE", "A day"),
    ("at", "TIMESTAMP", "A moment"),
    ("observed", "DECIMAL(28,10)", "A figure"),
    ("n", "BIGINT", "A count"),
    ("is_it", "BOOLEAN", "Whether"),
)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_values_arrive_as_they_are(connection: duckdb.DuckDBPyConnection) -> None:
    moment = datetime.fromisoformat("2025-06-03T14:05:00.123456")
    rows = [
        ("a", date(2025, 6, 3), moment, Decimal("0.0000000001"), 1, True),
        ("b", None, None, Decimal("999999999999999999.5"), 2**62, False),
        ("it's", date(1, 1, 1), None, None, None, None),
        ("d", None, None, Decimal("-3"), 0, None),
    ]
    create_table(connection, "told", "What's told", COLUMNS)
    insert_rows(
        connection, "told", COLUMNS, [dict(zip([name for name, _, _ in COLUMNS], row, strict=True)) for row in rows]
    )
    assert connection.execute("select * from told").fetchall() == rows
    assert connection.execute("select comment from duckdb_columns() where column_name = 'key'").fetchall() == [
        ("It's a name",)
    ]


def test_no_rows_leave_an_empty_table(connection: duckdb.DuckDBPyConnection) -> None:
    create_table(connection, "alert", "Alerts", ALERT_COLUMNS)
    insert_rows(connection, "alert", ALERT_COLUMNS, ())
    assert connection.execute("select count(*) from alert").fetchall() == [(0,)]


def test_a_column_of_nulls_only(connection: duckdb.DuckDBPyConnection) -> None:
    create_table(connection, "alert", "Alerts", ALERT_COLUMNS)
    nothing: dict[str, object] = {name: None for name, _, _ in ALERT_COLUMNS}
    insert_rows(connection, "alert", ALERT_COLUMNS, [nothing | {"alert_key": str(n)} for n in range(5_000)])
    assert connection.execute(
        "select count(*), count(alert_key), count(observed), count(since) from alert"
    ).fetchall() == [(5_000, 5_000, 0, 0)]


def test_an_amount_too_large_is_an_error(connection: duckdb.DuckDBPyConnection) -> None:
    columns = (("amount", "DECIMAL(18,4)", "Money"),)
    create_table(connection, "told", "Told", columns)
    with pytest.raises(duckdb.ConversionException):
        insert_rows(connection, "told", columns, [{"amount": Decimal(10) ** 20}])
