"""Batches for the checks, written as the lake lays them out: one Parquet per entity and a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.contract import ENTITIES
from ingest.contract.shape import LINEAGE_COLUMNS
from ingest.quality.spark_hidden import spark_hidden

with spark_hidden():
    import great_expectations  # noqa: F401 - the first import decides, and test modules import it, too

LOADED_AT = datetime(2025, 6, 30, 8, 15, tzinfo=UTC).replace(tzinfo=None)

Rows = dict[str, list[dict[str, Any]]]
WriteBatch = Callable[..., Path]

# A sound row of each entity: a test changes what it is about.
SOUND: dict[str, dict[str, Any]] = {
    "companies": {"company": "MX", "name": "Norte", "country": "MX", "functional_currency": "MXN"},
    "customers": {"company": "MX", "customer_id": "C1", "name": "Uno", "country": "MX", "email": "ana@uno.mx"},
    "documents": {
        "company": "MX",
        "document_id": "F1",
        "document_type": "invoice",
        "customer_id": "C1",
        "issue_date": "2025-01-10",
        "due_date": "2025-02-09",
        "currency": "MXN",
        "amount": "100.10",
    },
    "instalments": {
        "company": "MX",
        "document_id": "F1",
        "instalment_no": 1,
        "due_date": "2025-02-09",
        "amount": "100.10",
    },
    "applications": {
        "company": "MX",
        "application_id": "A1",
        "from_document_id": "R1",
        "to_document_id": "F1",
        "applied_on": "2025-02-09",
        "amount": "100.10",
    },
    "bank_transactions": {
        "company": "MX",
        "bank_account": "B1",
        "transaction_id": "T1",
        "booked_on": "2025-02-09",
        "currency": "MXN",
        "amount": "0.30",
        "statement_id": "S1",
    },
    "bank_statements": {
        "company": "MX",
        "bank_account": "B1",
        "statement_id": "S1",
        "currency": "MXN",
        "opening_balance": "0.10",
        "closing_balance": "0.40",
    },
    "fx_rates": {"rate_date": "2025-02-09", "from_currency": "USD", "to_currency": "MXN", "rate": "17.05"},
    "orders": {
        "company": "MX",
        "order_id": "O1",
        "customer_id": "C1",
        "ordered_on": "2025-02-09",
        "currency": "MXN",
        "amount": "50.00",
        "unbilled_amount": "20.00",
    },
    "credit_limits": {
        "company": "MX",
        "customer_id": "C1",
        "valid_from": "2025-01-01",
        "amount": "500.00",
        "currency": "MXN",
    },
    "credit_holds": {"company": "MX", "customer_id": "C1", "from_on": "2025-01-01"},
    "credit_files": {"company": "MX", "customer_id": "C1", "kind": "contract", "valid_from": "1985-01-01"},
    "promises": {
        "company": "MX",
        "promise_id": "P1",
        "customer_id": "C1",
        "promised_on": "2025-03-01",
        "due_on": "2025-03-05",
        "amount": "10.00",
        "currency": "MXN",
    },
    "disputes": {"company": "MX", "dispute_id": "D1", "document_id": "F1", "opened_on": "2025-03-01"},
    "supplier_terms": {"company": "MX", "month": "2025-03-01", "weighted_days": "41.5"},
    "waivers": {
        "company": "MX",
        "waiver_id": "W1",
        "rule_id": "R07",
        "subject": "C1",
        "approved_by": "CFO",
        "reason": "acuerdo",
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
    },
}


def sound(entity: str, **changed: Any) -> dict[str, Any]:
    """A sound row of `entity` with the values in `changed`; money as text, so that it stays decimal."""
    return SOUND[entity] | changed


@pytest.fixture
def write_batch(tmp_path: Path) -> WriteBatch:
    """Writes a batch of rows by entity into a lake under tmp_path and gives its folder."""
    return batch_writer(tmp_path)


def batch_writer(home: Path) -> WriteBatch:
    """A function that writes a batch into the lake of `home`; `types` changes a column's type ("absent": no column)."""
    lake = home / "lake" / "batches"

    def write(rows: Rows, *, manifest: dict[str, Any] | None = None, types: dict[str, str] | None = None) -> Path:
        batch_id = hashlib.sha256(json.dumps([rows, manifest, types], sort_keys=True).encode()).hexdigest()
        folder = lake / batch_id
        folder.mkdir(parents=True)
        con = duckdb.connect()
        for entity, lines in rows.items():
            _write_entity(con, folder, entity, lines, batch_id, types or {})
        count = sum(len(lines) for lines in rows.values())
        claimed: dict[str, Any] = {
            "batch_id": batch_id,
            "source": "prueba",
            "rows_in_file": count,
            "rows_accepted": count,
            "rows_rejected": 0,
            "amount_in_file": "10.00",
            "amount_accepted": "10.00",
            "amount_rejected": "0.00",
            "entities": json.dumps({entity: len(lines) for entity, lines in rows.items()}),
        } | (manifest or {})
        kinds = {"rows": "BIGINT", "amount": "DECIMAL(38,4)"}
        columns = ", ".join(f"CAST(? AS {kinds.get(name.split('_')[0], 'VARCHAR')}) AS {name}" for name in claimed)
        file = folder / "_batch.parquet"
        con.execute(f"COPY (SELECT {columns}) TO '{_sql(file)}' (FORMAT parquet)", list(claimed.values()))
        return folder

    return write


def _write_entity(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    entity: str,
    lines: list[dict[str, Any]],
    batch_id: str,
    types: dict[str, str],
) -> None:
    contract = [(column.name, types.get(column.name, column.kind.sql)) for column in ENTITIES[entity].columns]
    columns = [(name, kind) for name, kind in (*contract, *LINEAGE_COLUMNS) if kind != "absent"]
    name_and_kind = [f'"{name}" {kind}' for name, kind in columns]
    con.execute(f"CREATE OR REPLACE TABLE t ({', '.join(name_and_kind)})")
    for number, line in enumerate(lines, start=1):
        lineage = {
            "_source": "prueba",
            "_file_sha256": batch_id,
            "_file_name": "prueba.csv",
            "_row": number,
            "_loaded_at": LOADED_AT,
            "_batch_seq": 1,
            "_load_mode": "delta",
        }
        values = lineage | line
        con.execute(
            f"INSERT INTO t VALUES ({', '.join('?' for _ in columns)})", [values.get(name) for name, _ in columns]
        )
    con.execute(f"COPY t TO '{_sql(folder / entity)}.parquet' (FORMAT parquet)")


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")
