"""What the foot of every mail says about the data: how old it is and whether it ties to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import duckdb


@dataclass(frozen=True, slots=True)
class Difference:
    """A receivable account of a company whose sub-ledger is off the general ledger, in functional currency, on the last
    day the ledger was given (None: the day of the mail)."""

    company: str
    account: str
    unexplained: Decimal
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class MailContext:
    """Facts about the data a mail rests on. `tied`: companies with an account that was compared and agrees;
    a company that is in neither `tied` nor `differences` has no ledger balance to compare with. `compared_on`: the last
    day each company's ledger was given. `sources`: the newest accepted load (naive UTC) of each source."""

    tied: frozenset[str] = frozenset()
    differences: tuple[Difference, ...] = ()
    compared_on: Mapping[str, date] = field(default_factory=dict)
    sources: tuple[tuple[str, datetime], ...] = ()


_HAS_VERDICTS = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'tie_out_verdict'"
_HAS_LOAD_HISTORY = """
    SELECT count(*) FROM duckdb_columns()
    WHERE table_name = 'load_history' AND column_name IN ('source', 'status', 'loaded_at')
"""
_NEWEST_LOADS = """
    SELECT source, max(loaded_at) FROM load_history
    WHERE status = 'accepted' GROUP BY source ORDER BY source
"""


def read_context(connection: duckdb.DuckDBPyConnection) -> MailContext:
    """Reads the tie-out and the age of each source from a candidate or published file.

    A file without `tie_out_verdict` or `load_history` (one that another version published) gives a context that says
    nothing about them, so a mail never claims what was not checked.
    """
    compared_on: dict[str, date] = {}
    differences: list[Difference] = []
    if _number(connection, _HAS_VERDICTS):
        query = "SELECT company, account, as_of, unexplained, is_above_tolerance FROM tie_out_verdict ORDER BY ALL"
        for company, account, as_of, unexplained, is_above in connection.execute(query).fetchall():
            compared_on[company] = as_of
            if is_above:
                differences.append(Difference(company, account, Decimal(unexplained), as_of))
    sources: list[tuple[str, datetime]] = []
    if _number(connection, _HAS_LOAD_HISTORY) == 3:
        sources = [(source, loaded_at) for source, loaded_at in connection.execute(_NEWEST_LOADS).fetchall()]
    return MailContext(
        tied=frozenset(compared_on.keys() - {difference.company for difference in differences}),
        differences=tuple(differences),
        compared_on=compared_on,
        sources=tuple(sources),
    )


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
