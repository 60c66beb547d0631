"""Landing and lake as assets, with the Great Expectations suites as their checks."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from ingest.contract import ENTITIES
from ingest.quality import ENTITY_CHECKS, BatchReport
from orchestration.defs.run import RefreshRun
from orchestration.landing import load_landed
from orchestration.outcome import note_gate, note_landing
from orchestration.quality_gate import check_new_batches, docs_dir

LANDING = dg.AssetKey(["landing", "files"])
# One Dagster check per suite, not per expectation: every event costs a write, and the data docs tell them apart.
SUITE = "great_expectations"
CHECKED_ENTITIES = tuple(dict.fromkeys(entity for entity, _, _ in ENTITY_CHECKS))
_MANIFESTS = {"_batch": "One row per accepted file.", "_rejected": "One row per cell that could not be read."}


def entity_key(entity: str) -> dg.AssetKey:
    """The asset of an entity in the lake; the same key as its dbt source, which makes the lineage whole."""
    return dg.AssetKey(["lake", entity])


def _about(entity: str) -> str:
    checks = [(check_id, severity) for checked, check_id, severity in ENTITY_CHECKS if checked == entity]
    return "; ".join(f"{check_id} ({severity})" for check_id, severity in checks)


@dg.asset(key=LANDING, group_name="landing", kinds={"file"})
def landing_asset(run: RefreshRun) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Files of the landing folder, loaded into the lake or refused with their reasons."""
    landing = load_landed(run.settings, run.clock)
    note_landing(landing)
    return dg.MaterializeResult(
        metadata={
            "files_loaded": len(landing.new),
            "files_loaded_before": len(landing.loaded) - len(landing.new),
            "files_refused": len(landing.refused),
            "files_left_for_later": len(landing.unfinished) + len(landing.waiting),
            "what_happened": dg.MetadataValue.md("\n".join(f"    {line}" for line in landing.lines()) or "no files"),
        }
    )


@dg.multi_asset(
    name="lake",
    group_name="lake",
    specs=[
        dg.AssetSpec(entity_key(name), deps=[LANDING], description=about, kinds={"parquet"})
        for name, about in {**{entity.name: entity.about for entity in ENTITIES.values()}, **_MANIFESTS}.items()
    ],
    check_specs=[
        dg.AssetCheckSpec(SUITE, asset=entity_key(entity), blocking=True, description=_about(entity))
        for entity in CHECKED_ENTITIES
    ],
)
def lake_assets(run: RefreshRun) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
    """New batches of the lake, each checked before a model reads it; one that fails is taken out again."""
    gate = check_new_batches(run.settings, run.clock)
    note_gate(gate)
    docs = dg.MetadataValue.path(str(docs_dir(run.settings) / "index.html"))
    for name in (*ENTITIES, *_MANIFESTS):
        yield dg.MaterializeResult(asset_key=entity_key(name), metadata={"data_docs": docs})
    for entity in CHECKED_ENTITIES:
        yield _suite_result(gate.reports, entity)


def _suite_result(reports: tuple[BatchReport, ...], entity: str) -> dg.AssetCheckResult:
    """The suite of one entity over all batches of this run. A failed blocking check stops what is downstream, a
    failed warning is shown.
    """
    ran = [(report, result) for report in reports for result in report.results if result.entity == entity]
    failed = [(report, result) for report, result in ran if not result.passed]
    blocks = any(result.severity == "blocking" for _, result in failed)
    return dg.AssetCheckResult(
        asset_key=entity_key(entity),
        check_name=SUITE,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        metadata={
            "checks_run": len(ran),
            "checks_failed": len(failed),
            "failed": dg.MetadataValue.md(
                "\n\n".join(f"{report.source}: {result.words_en}" for report, result in failed)
            ),
        },
    )
