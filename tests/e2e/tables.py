"""Published files compared table by table, cell by cell."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Any

import duckdb

# Times of day at which something was done here, not facts of the books: they differ between two runs by nature.
TIMES = {
    ("publication", "built_at"),
    ("load_history", "loaded_at"),
    ("rejected_rows", "rejected_at"),
    ("data_health", "last_loaded_at"),
}
# In which file and line the rows arrived: differs where the same rows come in other files, and is no figure.
ARRIVAL = {
    *(("publication", "id"), ("dim_receivable_item", "batch_id"), ("dim_receivable_item", "source_line")),
    ("fct_gl_balance", "taken_at"),  # the books say no time of their own: when their file was loaded
    *(("ledger_exception", column) for column in ("file_name", "source_line", "batch_id", "known_from")),
    *((table, "*") for table in ("load_history", "rejected_rows", "data_health")),
}

Table = tuple[list[tuple[str, str, str | None]], list[tuple[Any, ...]]]


def tables_of(published: Path, *, without: Set[tuple[str, str]] = TIMES) -> dict[str, Table]:
    """Every table of a published file: its columns (name, type, comment) and its rows in order.

    `without`: (table, column) that are left out; the column `*` leaves out the table.
    """
    found: dict[str, Table] = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        for (name,) in names:
            if (name, "*") in without:
                continue
            columns = [
                column
                for column in connection.execute(
                    "select column_name, data_type, comment from duckdb_columns() where table_name = ?"
                    " order by column_index",
                    [name],
                ).fetchall()
                if (name, column[0]) not in without
            ]
            cells = ", ".join('"' + column[0] + '"' for column in columns)
            rows = connection.execute(f'select {cells} from "{name}" order by all').fetchall()
            found[name] = (columns, rows)
    return found


def differences(one: dict[str, Table], other: dict[str, Table]) -> list[str]:
    """Where two published files differ, in words; empty when they are equal cell by cell."""
    told = [f"only in one of them: {name}" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        (columns, rows), (other_columns, other_rows) = one[name], other[name]
        if columns != other_columns:
            told.append(f"{name}: columns differ")
        elif rows != other_rows:
            only = [row for row in rows if row not in other_rows][:3]
            only_other = [row for row in other_rows if row not in rows][:3]
            told.append(f"{name}: {len(rows)} and {len(other_rows)} rows; {only} against {only_other}")
    return told
