"""The tables a publication adds to the marts: their definition as (name, DuckDB type, comment), and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

Columns = Sequence[tuple[str, str, str]]


def create_table(connection: duckdb.DuckDBPyConnection, table: str, comment: str, columns: Columns) -> None:
    """An empty table with its comments."""
    definition = ", ".join(f"{_quoted_name(name)} {kind}" for name, kind, _ in columns)
    connection.execute(f"create table {_quoted_name(table)} ({definition})")
    connection.execute(f"comment on table {_quoted_name(table)} is {quoted_text(comment)}")
    for name, _, words in columns:
        connection.execute(f"comment on column {_quoted_name(table)}.{_quoted_name(name)} is {quoted_text(words)}")


def insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Columns, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Insert rows, each with all `columns`; amounts Decimal. KeyError for a missing column.

    All in one statement: one by one, thousands of alerts took longer than the rest of a publication.
    """
    found = list(rows)
    batch = pa.table({name: pa.array([row[name] for row in found]) for name, _, _ in columns})
    connection.from_arrow(batch).insert_into(table)


# Names and comments can't be bound; they come from our own models and are quoted all the same.
def _quoted_name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def quoted_text(words: str) -> str:
    """Words as a text literal of SQL."""
    return "'" + words.replace("'", "''") + "'"
