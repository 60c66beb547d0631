"""Whether the floor's tables are the product's: by counts and sums, cell by cell where affordable."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .floor import TABLES

# A row's own name is each side's affair. How the cents of a foreign item fall on movements of one day depends on it, so
# those are compared by day.
_LEFT_OUT = {"fct_receivable_entry": {"entry_id", "base_amount"}}
_BY_DAY = (
    "select item_id, entry_date, known_to is null as is_current, count(*) as n, sum(base_amount) as base_amount"
    " from {side}.fct_receivable_entry group by all"
)
_NUMBERS = ("DECIMAL", "BIGINT", "INTEGER")


def differences(floor: Path, published: Path, *, every_cell: bool) -> list[str]:
    """Where the floor differs from the published tables, in words; empty when they agree.

    Columns that only the published tables have are no difference.
    """
    with duckdb.connect() as connection:
        for name, path in (("floor", floor), ("published", published)):
            place = str(path).replace("'", "''")
            connection.execute(f"attach '{place}' as {name} (read_only)")
        told = []
        for table in TABLES:
            columns = _columns(connection, "floor", table)
            missing = columns.keys() - _columns(connection, "published", table).keys()
            if missing:
                told.append(f"{table}: not published: {', '.join(sorted(missing))}")
                continue
            told += _totals(connection, table, columns)
            if every_cell:
                told += _cells(connection, table, columns)
        return told


def _columns(connection: duckdb.DuckDBPyConnection, side: str, table: str) -> dict[str, str]:
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = ? and table_name = ?", [side, table]
    ).fetchall()
    return dict(found)


def _totals(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> list[str]:
    # an amount in two currencies has no meaning as a sum; as a checksum it does
    sums = ", ".join(f"sum({name})" for name, kind in columns.items() if kind.startswith(_NUMBERS))
    ours, theirs = (
        connection.execute(f"select count(*), {sums} from {side}.{table}").fetchone() for side in ("floor", "published")
    )
    return [] if ours == theirs else [f"{table}: floor {ours}, published {theirs}"]


def _cells(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> list[str]:
    left_out = _LEFT_OUT.get(table, set())
    cells = ", ".join(name for name in columns if name not in left_out)
    queries = [f"select {cells} from {{side}}.{table}"]
    if left_out:
        queries.append(_BY_DAY)
    told = []
    for query in queries:
        for one, other in (("floor", "published"), ("published", "floor")):
            only = connection.execute(
                f"{query.format(side=one)} except all {query.format(side=other)} order by all limit 3"
            ).fetchall()
            told += [f"{table}: only in {one}: {row}" for row in only]
    return told


# Times of day and file positions differ between two builds by nature.
_OWN_TO_A_BUILD = {"publication", "load_history", "rejected_rows", "data_health", "alert"}


def checksums(published: Path) -> dict[str, tuple[int, int]]:
    """Of every table of a published file: how many rows, and a sum over all cells that ignores their order."""
    with duckdb.connect(str(published), read_only=True) as connection:
        names = [row[0] for row in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        found = {}
        for name in names:
            if name not in _OWN_TO_A_BUILD:
                row = connection.execute(f'select count(*), sum(hash(t)) from "{name}" as t').fetchone()
                assert row is not None
                found[name] = (int(row[0]), int(row[1] or 0))
        return found
