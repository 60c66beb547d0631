"""The first delivery put straight into a home's lake: as `cartera ingest` does, but not by way of text.

A load of ten million invoices through the ordinary way takes a quarter of an hour, and is not what is measured here.
test_landing.py holds both ways against each other, row by row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.archive import stage
from ingest.contract import ENTITIES, Entity
from ingest.lake import Lake, entity_schema
from ingest.profiles import Catalogue
from orchestration.clock import Clock
from orchestration.settings import Settings

SOURCE = "cartera"


def land(settings: Settings, clock: Clock, files: Iterable[Path]) -> None:
    """Load contract files, whole and right by construction, in this order. Each leaves its folder for the archive."""
    lake = Lake(settings.lake_dir)
    lake.ensure_schema()
    profile = Catalogue.load().get(SOURCE)
    number = lake.next_seq()
    for path in files:
        entity = ENTITIES[path.name.partition(".")[0].partition("_20")[0]]
        table = _contract_table(path, entity)
        staged = stage(path, settings.archive_dir)
        amount = (pc.sum(table["amount"]).as_py() if "amount" in table.column_names else None) or Decimal(0)
        batch = {
            "batch_id": staged.sha256,
            "batch_seq": number,
            "source": SOURCE,
            "profile_version": f"{profile.name}@{profile.version}",
            "company": None,
            "file_name": staged.name,
            "file_bytes": staged.size,
            "load_mode": profile.load,
            "status": "accepted",
            "reason": None,
            "amount_in_file": amount,
            "amount_accepted": amount,
            "amount_rejected": Decimal(0),
            "rows_in_file": table.num_rows,
            "rows_accepted": table.num_rows,
            "rows_rejected": 0,
            "entities": json.dumps({entity.name: table.num_rows}),
            **_moment(clock),
        }
        staged.keep(settings.archive_dir)
        lake.accept(batch, [], {entity.name: table})
        path.unlink()
        number += 1


def _moment(clock: Clock) -> dict[str, Any]:
    now: datetime = clock.now()
    return {"loaded_at": now, "loaded_on": clock.today}


def _contract_table(path: Path, entity: Entity) -> pa.Table:
    """The file's rows with every column of the contract in its type, and their number in the file."""
    found = pq.read_table(path)
    schema = entity_schema(entity)
    columns: dict[str, Any] = {"_row": pa.array(range(1, found.num_rows + 1), pa.int64())}
    for column in entity.columns:
        kind = schema.field(column.name).type
        if column.name not in found.column_names:
            columns[column.name] = pa.repeat(pa.scalar(column.default, kind), found.num_rows)
            continue
        columns[column.name] = found[column.name].cast(kind)
        if column.default is not None:
            columns[column.name] = pc.fill_null(columns[column.name], column.default)
    return pa.table(columns)
