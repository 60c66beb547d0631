"""The raw lake: one folder of Parquet per file loaded, named by the file's SHA-256, put in place by one rename."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.contract import ENTITIES, Entity, Kind
from ingest.contract.shape import LINEAGE_COLUMNS

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.MONEY: pa.decimal128(18, 4),
    Kind.RATE: pa.decimal128(28, 10),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
}
_LINEAGE_TYPES = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "TIMESTAMP": pa.timestamp("us"), "DATE": pa.date32()}
_TOTAL = pa.decimal128(38, 4)

BATCH_SCHEMA = pa.schema(
    [
        ("batch_id", pa.string()),
        ("batch_seq", pa.int64()),
        ("source", pa.string()),
        ("profile_version", pa.string()),
        ("company", pa.string()),
        ("file_name", pa.string()),
        ("file_bytes", pa.int64()),
        ("load_mode", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("rows_in_file", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("amount_in_file", _TOTAL),
        ("amount_accepted", _TOTAL),
        ("amount_rejected", _TOTAL),
        ("entities", pa.string()),
        ("loaded_at", pa.timestamp("us")),
        ("loaded_on", pa.date32()),
    ]
)
REJECTED_SCHEMA = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("file_name", pa.string()),
        ("line", pa.int64()),
        ("entity", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("code", pa.string()),
        ("reason", pa.string()),
        ("reason_es", pa.string()),
        ("rejected_at", pa.timestamp("us")),
    ]
)
BATCH, REJECTED, SCHEMA = "_batch", "_rejected", "_schema"
REJECTED_DOCUMENTS = "_rejected_documents"


def entity_schema(entity: Entity) -> pa.Schema:
    """The Arrow schema of an entity's Parquet files: contract columns, then lineage."""
    return pa.schema(
        [
            *((column.name, _TYPES[column.kind]) for column in entity.columns),
            *((name, _LINEAGE_TYPES[sql]) for name, sql in LINEAGE_COLUMNS),
        ]
    )


class Lake:
    """The raw zone under `root`. One writer at a time (the caller's lock); readers need none."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.batches_dir = root / "batches"
        self.refused_dir = root / "refused"
        self._incoming = root / ".incoming"

    def ensure_schema(self) -> None:
        """Write the files without rows that make every glob match and carry the types. Rewrites them when the
        contract has changed; sweeps what a crash left half-written.
        """
        if self._incoming.exists():
            shutil.rmtree(self._incoming)
        schemas = {name: entity_schema(entity) for name, entity in ENTITIES.items()}
        manifest = {
            BATCH: BATCH_SCHEMA,
            REJECTED: REJECTED_SCHEMA,
            REJECTED_DOCUMENTS: entity_schema(ENTITIES["documents"]),
        }
        for folder, wanted in ((self.batches_dir, schemas | manifest), (self.refused_dir, manifest)):
            for name, schema in wanted.items():
                path = folder / SCHEMA / f"{name}.parquet"
                if not path.exists() or not pq.read_schema(path).equals(schema):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    partial = path.with_suffix(".tmp")
                    pq.write_table(schema.empty_table(), partial)
                    partial.replace(path)

    def has(self, batch_id: str) -> bool:
        """True if the file with this SHA-256 is loaded."""
        return (self.batches_dir / batch_id / f"{BATCH}.parquet").is_file()

    def batch_ids(self) -> list[str]:
        """SHA-256 of every loaded file, sorted."""
        if not self.batches_dir.is_dir():
            return []
        return sorted(p.name for p in self.batches_dir.iterdir() if p.is_dir() and p.name != SCHEMA)

    def batch(self, batch_id: str) -> dict[str, Any]:
        """The manifest row of a loaded file; KeyError if there is none."""
        if not self.has(batch_id):
            raise KeyError(batch_id)
        rows: list[dict[str, Any]] = pq.read_table(self.batches_dir / batch_id / f"{BATCH}.parquet").to_pylist()
        return rows[0]

    def batches(self) -> list[dict[str, Any]]:
        """The manifest rows of all loaded files, in the order they were loaded."""
        if not self.batch_ids():
            return []
        # one query over all manifests: a deployment has thousands, and every load asks for the next number
        with duckdb.connect(":memory:") as con:
            found = con.execute(
                "SELECT * FROM read_parquet($manifests, union_by_name = true) ORDER BY batch_seq, batch_id",
                {"manifests": str(self.batches_dir / "*" / f"{BATCH}.parquet")},
            ).to_arrow_table()
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def functional_currencies(self) -> dict[str, str]:
        """The currency of each company's books, as the newest loaded row of `companies` says."""
        files = self.batches_dir / "*" / "companies.parquet"
        if not any(self.batches_dir.glob("*/companies.parquet")):
            return {}
        with duckdb.connect(":memory:") as con:
            found = con.execute(
                "SELECT company, arg_max(functional_currency, (_batch_seq, _row)) "
                "FROM read_parquet($files, union_by_name = true) GROUP BY company",
                {"files": str(files)},
            ).fetchall()
        return dict(found)

    def documents(self, batch_id: str) -> pa.Table | None:
        """The documents of a loaded file with those of its rejected rows; None if the file has none."""
        paths = [self.batches_dir / batch_id / f"{name}.parquet" for name in ("documents", REJECTED_DOCUMENTS)]
        tables = [pq.read_table(path) for path in paths if path.is_file()]
        return pa.concat_tables(tables, promote_options="default") if tables else None

    def refused(self) -> list[dict[str, Any]]:
        """The manifest rows of files refused and not loaded since."""
        rows: list[dict[str, Any]] = []
        for path in sorted(self.refused_dir.glob(f"*/{BATCH}.parquet")):
            if not self.has(path.parent.name):
                rows += pq.read_table(path).to_pylist()
        return rows

    def next_seq(self) -> int:
        """The number the next loaded file gets: one more than the highest."""
        return max((int(row["batch_seq"]) for row in self.batches()), default=0) + 1

    def fingerprint(self) -> str:
        """SHA-256 over the sorted ids of the loaded files: the same lake content gives the same build input."""
        return hashlib.sha256("\n".join(self.batch_ids()).encode()).hexdigest()

    def accept(
        self,
        batch: Mapping[str, Any],
        rejected: list[dict[str, Any]],
        tables: Mapping[str, pa.Table],
        documents_left_out: pa.Table | None = None,
    ) -> None:
        """Put a loaded file in place, whole or not at all.

        `tables` and `documents_left_out` (documents whose rows were rejected, as far as they can be read) hold `_row`
        and the contract's columns; the other lineage columns come from `batch`.
        """
        complete = {name: _with_lineage(table, ENTITIES[name], _lineage(batch)) for name, table in tables.items()}
        self._place(self.batches_dir, batch, rejected, complete | _left_out(batch, documents_left_out))

    def refuse(
        self,
        batch: Mapping[str, Any],
        rejected: list[dict[str, Any]],
        documents_left_out: pa.Table | None = None,
    ) -> None:
        """Record that a file was refused, and why; a later refusal of the same bytes replaces the record."""
        self._place(self.refused_dir, batch, rejected, _left_out(batch, documents_left_out))

    def take_out(self, batch_id: str) -> None:
        """Remove a loaded file's rows: gone at once by a rename, so that a crash never leaves half of them behind."""
        self._leave(self.batches_dir / batch_id)
        _sync(self.batches_dir)

    def _leave(self, folder: Path) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        old = self._incoming / f"{folder.name}-{os.getpid()}-old"
        folder.replace(old)
        shutil.rmtree(old)

    def _place(
        self,
        parent: Path,
        batch: Mapping[str, Any],
        rejected: list[dict[str, Any]],
        tables: Mapping[str, pa.Table],
    ) -> None:
        batch_id = str(batch["batch_id"])
        folder = self._incoming / f"{batch_id}-{os.getpid()}"
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        tables = {
            **tables,
            BATCH: pa.Table.from_pylist([dict(batch)], schema=BATCH_SCHEMA),
            REJECTED: pa.Table.from_pylist(rejected, schema=REJECTED_SCHEMA),
        }
        for name, table in tables.items():
            _write_durably(table, folder / f"{name}.parquet")
        _sync(folder)
        parent.mkdir(parents=True, exist_ok=True)
        target = parent / batch_id
        if target.exists():
            self._leave(target)  # only a refusal is ever replaced
        folder.rename(target)
        _sync(parent)


def _lineage(batch: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "_source": batch["source"],
        "_file_sha256": batch["batch_id"],
        "_file_name": batch["file_name"],
        "_loaded_at": batch["loaded_at"],
        "_loaded_on": batch["loaded_on"],
        "_batch_seq": batch["batch_seq"],
        "_load_mode": batch["load_mode"],
    }


def _left_out(batch: Mapping[str, Any], documents: pa.Table | None) -> dict[str, pa.Table]:
    if documents is None or not documents.num_rows:
        return {}  # most files leave none out
    return {REJECTED_DOCUMENTS: _with_lineage(documents, ENTITIES["documents"], _lineage(batch))}


def _with_lineage(table: pa.Table, entity: Entity, lineage: Mapping[str, Any]) -> pa.Table:
    schema = entity_schema(entity)
    columns = [
        table[name].cast(kind)
        if name in table.column_names
        else pa.repeat(pa.scalar(lineage[name], kind), table.num_rows)
        for name, kind in zip(schema.names, schema.types, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _write_durably(table: pa.Table, path: Path) -> None:
    with path.open("wb") as out:
        pq.write_table(table, out, compression="zstd")
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
