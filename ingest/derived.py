"""Columns a file does not have, made from those it has and from companion files (`derived` of a profile)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from ingest.expressions import BLANKS, identifier, text_sql, unmarked
from ingest.profiles.model import Lookup, Profile
from ingest.readers.raw import MAIN, PROBLEM, ROW, RawFile

Companions = Mapping[str, Iterable[RawFile]]
# what a lookup has found so far: by key, the cell taken
_FOUND = "_found"
_KNOWN_KEYS = f"(SELECT _found_key FROM {_FOUND})"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Rows whose `match` is filled and found nowhere among the rows of the companion."""

    lookup: Lookup
    rows: int

    @property
    def words(self) -> str:
        """For people, beside the file's other figures."""
        return (
            f"{self.rows:,} rows name a {self.lookup.match} that no {self.lookup.source} file lists: "
            f"they stay without its {self.lookup.take}"
        )


def derive(
    con: duckdb.DuckDBPyConnection,
    table: str,
    profile: Profile,
    context: Mapping[str, str],
    companions: Companions,
) -> tuple[Unmatched, ...]:
    """Add the derived columns of `profile` to `table` (quoted name), each from those before it.

    `context` gives the SQL of each context value. `companions` gives the files of each source, the preferred first;
    no more of them are read than it takes to find every row. A column of the file that is called as a derived one
    gives way to it.
    """
    unmatched: list[Unmatched] = []
    made = table  # with the columns so far; written down only where a lookup must read it
    names = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()]
    for name, rule in profile.derived.items():
        outside, join = context.get(rule.context or "", "NULL"), ""
        if rule.lookup is not None:
            made = _write_down(con, table, made)
            rows = _gather(con, table, rule.lookup, companions)
            if rule.lookup.source is not None:
                unmatched.append(Unmatched(rule.lookup, rows))
            outside, join = "l._found_take", f"LEFT JOIN {_FOUND} AS l ON l._found_key = {_key('r', rule.lookup.match)}"
        names = [column for column in names if column.casefold() != name.casefold()]
        kept = ", ".join(f"r.{identifier(column)}" for column in names)
        text = text_sql(rule, profile, outside=outside, keep_mark=True)
        made = f"(SELECT {kept}, {text} AS {identifier(name)} FROM {made} AS r {join})"
        names.append(name)
        if rule.lookup is not None:
            made = _write_down(con, table, made)
    _write_down(con, table, made)
    return tuple(unmatched)


def _write_down(con: duckdb.DuckDBPyConnection, table: str, made: str) -> str:
    if made != table:
        con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {made}")
    return table


def _key(alias: str, column: str) -> str:
    return unmarked(f"{alias}.{identifier(column)}")


def _gather(con: duckdb.DuckDBPyConnection, table: str, lookup: Lookup, companions: Companions) -> int:
    """Make the table of what is found by key; the number of rows of `table` whose key is nowhere."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_FOUND} (_found_key VARCHAR, _found_take VARCHAR)")
    if lookup.source is None:
        _take(con, table, lookup)
        return 0
    match = _key("r", lookup.match)
    for raw in companions.get(lookup.source, ()):
        con.register("arrow_companion", raw.sets[MAIN].table)
        cells = ", ".join(
            f"nullif(trim({identifier(c)}, {BLANKS}), '') AS {identifier(c)}"
            for c in dict.fromkeys((lookup.key_column, lookup.take))
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE companion AS SELECT {ROW}, {PROBLEM}, {cells} FROM arrow_companion")
        con.unregister("arrow_companion")
        _take(con, "companion", lookup)
        if not _lacking(con, table, match):
            break
    return _lacking(con, table, match)


def _take(con: duckdb.DuckDBPyConnection, rows: str, lookup: Lookup) -> None:
    """Add what `rows` tell of keys that are not there yet: the first cell that is not empty."""
    key, take = _key("o", lookup.key_column), f"o.{identifier(lookup.take)}"
    con.execute(
        f"INSERT INTO {_FOUND} SELECT {key}, arg_min({take}, o.{ROW}) FILTER (WHERE {take} IS NOT NULL) "
        f"FROM {rows} AS o WHERE o.{PROBLEM} IS NULL AND {key} IS NOT NULL AND {key} NOT IN {_KNOWN_KEYS} "
        "GROUP BY 1"
    )


def _lacking(con: duckdb.DuckDBPyConnection, table: str, match: str) -> int:
    row = con.execute(
        f"SELECT count(*) FROM {table} AS r WHERE {match} IS NOT NULL AND {match} NOT IN {_KNOWN_KEYS}"
    ).fetchone()
    return int(row[0]) if row else 0
