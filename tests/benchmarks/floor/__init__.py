"""The floor: the core tables of the same lake by one DuckDB session with hand-written SQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

_SQL = Path(__file__).parent
_STEPS = ("documents", "movements", "instalments", "entries", "balances", "ageing")
_ENTITIES = ("documents", "applications", "instalments", "disputes", "fx_rates", "companies")
TABLES = (
    "fct_receivable_entry",
    "fct_open_balance",
    "dim_receivable_item",
    "fct_aging_daily",
    "fct_aging_monthly",
)


def build_floor(lake: Path, database: Path, as_of: date, *, memory: str) -> None:
    """Make the core tables in a new database file; `memory` is DuckDB's limit, beyond which it spills beside it.

    `as_of` is the last day of the books, a month end.
    """
    database.unlink(missing_ok=True)
    limits = {"threads": "2", "memory_limit": memory, "preserve_insertion_order": "false"}
    with duckdb.connect(str(database), config=limits) as connection:
        connection.execute(f"set variable as_of = date '{as_of.isoformat()}'")
        for entity in _ENTITIES:
            files = str(lake / "batches" / "*" / f"{entity}.parquet").replace("'", "''")
            connection.execute(
                f"create temp view {entity} as select * from read_parquet('{files}', union_by_name = true)"
            )
        for step in _STEPS:
            connection.execute((_SQL / f"{step}.sql").read_text(encoding="utf-8"))
