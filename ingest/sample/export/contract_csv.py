"""Contract CSVs: the `cartera` profile's own form. UTF-8, ISO dates, decimal point, contract names as headers."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ingest.contract import ENTITIES
from ingest.sample.export.rows import Row, Value


def write_contract(path: Path, entity: str, rows: Iterable[Row]) -> Path:
    """Write rows of one entity, every column of the contract in its order."""
    names = ENTITIES[entity].column_names
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(names)
        out.writerows([as_text(row.get(name)) for name in names] for row in rows)
    return path


def as_text(value: Value) -> str:
    """A value as the contract writes it; nothing for an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)
