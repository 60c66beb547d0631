"""The gate: what fails a blocking check is taken out whole, told, and its file kept."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest.lake import Lake
from orchestration.clock import Clock
from orchestration.home import initialise
from orchestration.landing import load
from orchestration.quality_gate import check_new_batches, checks_dir
from orchestration.settings import Settings, load_settings

CLOCK = Clock(date(2025, 6, 30), fixed=True)
HEADER = "company,document_id,document_type,issue_date,currency,amount\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    initialise(tmp_path / "home")
    return load_settings(tmp_path / "home")


def land(settings: Settings, folder: Path, rows: str) -> str:
    path = folder / "documents.csv"
    path.write_text(HEADER + rows)
    (result,) = load(settings, CLOCK, [path]).loaded
    return result.batch_id


def test_a_batch_that_fails_is_taken_out_told_and_kept(settings: Settings, tmp_path: Path) -> None:
    good = land(settings, tmp_path, "MX,1,invoice,2025-01-05,MXN,10\n")
    bad = land(settings, tmp_path, "MX,2,invoice,2025-01-05,MXN,-10\n")
    gate = check_new_batches(settings, CLOCK)
    assert [report.batch_id for report, _ in gate.failures] == [bad]

    lake = Lake(settings.lake_dir)
    assert lake.batch_ids() == [good]
    (refused,) = lake.refused()
    assert (refused["status"], refused["rows_accepted"], refused["rows_rejected"]) == ("refused", 0, 1)
    reasons = pq.read_table(lake.refused_dir / bad / "_rejected.parquet").to_pylist()
    assert [reason["code"] for reason in reasons] == [result.check_id for _, result in gate.failures]
    out = pq.read_table(lake.refused_dir / bad / "_rejected_documents.parquet").to_pylist()
    assert [(row["document_id"], row["_file_sha256"], row["_batch_seq"]) for row in out] == [("2", bad, 2)]
    assert [path.name for path in settings.rejected_dir.iterdir()] == [f"{bad}__documents.csv"]
    assert (checks_dir(settings) / f"{good}.parquet").exists()
    assert check_new_batches(settings, CLOCK).reports == ()


def test_killed_while_it_takes_a_batch_out_it_leaves_all_of_it_or_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(settings, tmp_path, "MX,2,invoice,2025-01-05,MXN,-10\n")

    removed = shutil.rmtree

    def die_half_way(folder: Path, **options: Any) -> None:
        if not Path(folder).is_relative_to(settings.lake_dir):
            return removed(folder, **options)
        next(Path(folder).glob("*.parquet")).unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", die_half_way)
    with pytest.raises(KeyboardInterrupt):
        check_new_batches(settings, CLOCK)
    monkeypatch.undo()

    lake = Lake(settings.lake_dir)
    assert lake.batch_ids() == []
    assert check_new_batches(settings, CLOCK).reports == ()
    lake.ensure_schema()
    assert not (settings.lake_dir / ".incoming").exists()
    assert len(lake.refused()) == 1
