"""The short way into the lake gives what `cartera ingest` gives, file by file and row by row."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from homes import load, new_home

from ingest.lake import Lake
from orchestration.clock import Clock

from .conftest import SMALL, Files, copies
from .landing import land

# When a file was loaded differs from one load to the next.
_MOMENTS = {"loaded_at", "_loaded_at"}
# One file of each entity, and the last month's: corrections, cancellations and receipts entered late.
_NAMES = ("companies", "customers", "fx_rates", "disputes", "_2024-08", "_2026-06")


def test_the_short_way_gives_what_the_ordinary_way_gives(files: Files, tmp_path: Path) -> None:
    chosen = tuple(path for path in files.first.files if any(name in path.stem for name in _NAMES))
    entities = {path.name.partition(".")[0].partition("_2")[0] for path in chosen}
    assert entities >= {"documents", "applications", "instalments", "customers", "fx_rates"}
    ordinary, short = new_home(tmp_path / "ordinary"), new_home(tmp_path / "short")
    load(ordinary, copies(chosen, tmp_path / "one"), on=SMALL.last_day)
    landed = copies(chosen, tmp_path / "other")
    land(short, Clock(SMALL.last_day, fixed=True), landed)

    one, other = Lake(ordinary.lake_dir), Lake(short.lake_dir)
    assert len(one.batch_ids()) == len(chosen)
    assert one.batch_ids() == other.batch_ids()
    for batch in one.batch_ids():
        assert _tables(one.batches_dir / batch) == _tables(other.batches_dir / batch)
    assert _names(ordinary.archive_dir) == _names(short.archive_dir)
    assert not any(path.exists() for path in landed)


def _tables(folder: Path) -> dict[str, object]:
    tables = {path.name: pq.read_table(path) for path in folder.iterdir()}
    return {
        name: (table.schema, table.drop_columns([c for c in table.column_names if c in _MOMENTS]).to_pylist())
        for name, table in tables.items()
    }


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
