"""Run the suites over landed batches: one validation per entity, whatever the number of batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ingest.quality.checks import CHECKS, Check
from ingest.quality.duck import Landed
from ingest.quality.report import BatchReport, Breaches, CheckResult
from ingest.quality.spark_hidden import spark_hidden


def check_batch(batch_dir: Path, *, docs_dir: Path | None, loaded_at: datetime) -> BatchReport:
    """`check_batches` for one folder."""
    return check_batches([batch_dir], docs_dir=docs_dir, loaded_at=loaded_at)[0]


def check_batches(batch_dirs: Sequence[Path], *, docs_dir: Path | None, loaded_at: datetime) -> tuple[BatchReport, ...]:
    """Check landed batches (`lake/batches/<sha256>` each) and say, for each, which checks passed.

    `loaded_at` is the naive UTC time of the load: it dates the report and bounds plausible dates. With `docs_dir`, the
    run is added to the data docs there. Reports come in the order of `batch_dirs`.

    Raises BatchUnreadable if a folder is not a whole batch, QualityCrashed if a check could not be evaluated; nothing
    is written then.
    """
    if not batch_dirs:
        return ()
    # Great Expectations takes seconds to import: not before there is something to check.
    with spark_hidden():
        from ingest.quality.gx_run import evaluate

    breaches, landed = evaluate(tuple(dict.fromkeys(batch_dirs)), loaded_at=loaded_at, docs_dir=docs_dir)
    return tuple(_report(folder.name, landed, breaches, loaded_at) for folder in batch_dirs)


def _report(batch_id: str, landed: Landed, breaches: Breaches, loaded_at: datetime) -> BatchReport:
    results = [
        _result(check, breaches[entity, check.check_id].get(batch_id, (0, ())), landed.rows[entity][batch_id])
        for entity, checks in CHECKS.items()
        if batch_id in landed.rows.get(entity, {})
        for check in checks
    ]
    return BatchReport(batch_id, landed.sources.get(batch_id, ""), loaded_at, tuple(results))


def _result(check: Check, found: tuple[int, tuple[str, ...]], rows: int) -> CheckResult:
    count, examples = found
    words_es, words_en = check.words_es, check.words_en
    if count:
        shown = " | ".join(examples)
        words_es += f" No se cumple en {count} de {rows} filas: {shown}. {_NEXT_ES[check.blocks]}"
        words_en += f" Not so for {count} of {rows} rows: {shown}. {_NEXT_EN[check.blocks]}"
    return CheckResult(
        entity=check.entity,
        check_id=check.check_id,
        severity="blocking" if check.blocks else "warning",
        passed=count == 0,
        observed=f"{count} / {rows}",
        expected=check.expected,
        unexpected_count=count,
        examples=examples,
        words_es=words_es,
        words_en=words_en,
    )


_NEXT_ES = {
    True: "El lote no entra en los cálculos: corrija el dato en el origen y vuelva a exportar.",
    False: "El lote entra en los cálculos; revise estas filas en el origen.",
}
_NEXT_EN = {
    True: "The batch stays out of the figures: correct it at the source and export again.",
    False: "The batch goes into the figures; review these rows at the source.",
}
