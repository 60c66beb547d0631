"""The gate between lake and build: new batches are checked once; what fails a blocking check stays out."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from ingest.lake import Lake
from ingest.quality import BatchReport, CheckResult, check_batches
from orchestration.clock import Clock
from orchestration.errors import CheckFailed
from orchestration.progress import say
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class Gate:
    """Reports of the batches checked now; batches that fail were taken out of the lake."""

    reports: tuple[BatchReport, ...] = ()

    @property
    def failures(self) -> tuple[tuple[BatchReport, CheckResult], ...]:
        """Failed blocking checks with the report of their batch."""
        return tuple((report, result) for report in self.reports for result in report.blocking_failures)


def blocked(failures: Sequence[tuple[BatchReport, CheckResult]]) -> CheckFailed:
    """The error of a refresh that blocking checks have stopped."""
    return CheckFailed(
        "a file failed a check and was taken out",
        where=", ".join(sorted({report.source for report, _ in failures})),
        found="\n".join(result.words_en for _, result in failures),
        expected="every blocking check of the data docs passes",
        next_step="correct it at the source and export again; the last good publication stays",
    )


def checks_dir(settings: Settings) -> Path:
    """Where results are kept: one Parquet file per batch, and one without rows that carries the types."""
    return settings.warehouse_dir / "checks"


def docs_dir(settings: Settings) -> Path:
    """The data docs, a static site for a browser."""
    return settings.warehouse_dir / "data_docs"


def check_new_batches(settings: Settings, clock: Clock) -> Gate:
    """Check every batch that has no result yet. A batch is marked as checked only after it passed or was taken out,
    so a crash in between checks it again.
    """
    lake = Lake(settings.lake_dir)
    folder = checks_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    empty = folder / "_schema.parquet"
    if not empty.exists():
        BatchReport("", "", clock.now(), ()).to_parquet(empty)
    new = [batch_id for batch_id in lake.batch_ids() if not (folder / f"{batch_id}.parquet").exists()]
    if not new:
        return Gate()
    say("check", f"{len(new)} new files")
    reports = check_batches(
        [lake.batches_dir / batch_id for batch_id in new], docs_dir=docs_dir(settings), loaded_at=clock.now()
    )
    for report in reports:
        if report.blocking_failures:
            _take_out(settings, lake, report)
        else:
            report.to_parquet(folder / f"{report.batch_id}.parquet")
    return Gate(reports)


def _take_out(settings: Settings, lake: Lake, report: BatchReport) -> None:
    """Record the batch as refused with its reasons, keep its file under rejected/, and drop its rows from the lake."""
    batch = lake.batch(report.batch_id)
    reason = " ".join(result.words_en for result in report.blocking_failures)
    rejected = pq.read_table(lake.batches_dir / report.batch_id / "_rejected.parquet").to_pylist()
    rejected += [
        {
            "batch_id": report.batch_id,
            "source": report.source,
            "file_name": batch["file_name"],
            "line": None,
            "entity": result.entity,
            "column": None,
            "value": result.observed,
            "code": result.check_id,
            "reason": result.words_en,
            "reason_es": result.words_es,
            "rejected_at": report.checked_at,
        }
        for result in report.blocking_failures
    ]
    lake.refuse(
        batch
        | {
            "status": "refused",
            "reason": reason,
            "rows_accepted": 0,
            "rows_rejected": batch["rows_in_file"],
            "amount_accepted": None if batch["amount_in_file"] is None else batch["amount_in_file"] * 0,
            "amount_rejected": batch["amount_in_file"],
        },
        rejected,
        lake.documents(report.batch_id),
    )
    for kept in (settings.archive_dir / report.batch_id[:2]).glob(f"{report.batch_id}__*"):
        settings.rejected_dir.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, settings.rejected_dir / kept.name)
    lake.take_out(report.batch_id)
