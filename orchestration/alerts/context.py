"""What the foot of every mail says about the data: how old it is and whether it ties to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb


@dataclass(frozen=True, slots=True)
class Difference:
    """A receivable account of a company whose sub-ledger is off the general ledger, in functional currency."""

    company: str
    account: str
    unexplained: Decimal


@dataclass(frozen=True, slots=True)
class MailContext:
    """Facts about the data a mail rests on. `tied`: companies with an account that was compared and agrees;
    a company that is in neither `tied` nor `differences` has no ledger balance to compare with.
    `sources`: the newest accepted load (naive UTC) of each source."""

    tied: frozenset[str] = frozenset()
    differences: tuple[Difference, ...] = ()
    sources: tuple[tuple[str, datetime], ...] = ()


_HAS_TIE_OUT = "SELECT count(*) FROM duckdb_functions() WHERE function_name = 'tie_out'"
_HAS_LOAD_HISTORY = """
    SELECT count(*) FROM duckdb_columns()
    WHERE table_name = 'load_history' AND column_name IN ('source', 'status', 'loaded_at')
"""
_NEWEST_LOADS = """
    SELECT source, max(loaded_at) FROM load_history
    WHERE status = 'accepted' GROUP BY source ORDER BY source
"""


def read_context(connection: duckdb.DuckDBPyConnection, as_of: date, *, tolerance: Decimal = Decimal(0)) -> MailContext:
    """Reads the tie-out and the age of each source from a candidate or published file.

    A file without the `tie_out` macro or `load_history` (a candidate before its macros are made) gives a context that
    says nothing about them, so a mail never claims what was not checked.
    """
    tied: set[str] = set()
    differences: list[Difference] = []
    if _number(connection, _HAS_TIE_OUT):
        query = "SELECT company, account, unexplained FROM tie_out(?) WHERE gl_balance IS NOT NULL ORDER BY ALL"
        for company, account, unexplained in connection.execute(query, [as_of]).fetchall():
            if unexplained is not None and abs(unexplained) > tolerance:
                differences.append(Difference(company, account, Decimal(unexplained)))
            elif unexplained is not None:
                tied.add(company)
    sources: list[tuple[str, datetime]] = []
    if _number(connection, _HAS_LOAD_HISTORY) == 3:
        sources = [(source, loaded_at) for source, loaded_at in connection.execute(_NEWEST_LOADS).fetchall()]
    return MailContext(
        tied=frozenset(tied - {difference.company for difference in differences}),
        differences=tuple(differences),
        sources=tuple(sources),
    )


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
