"""One run of Great Expectations: a context, one suite and one validation per entity, one checkpoint over them all."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import sqlalchemy
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.core.validation_definition import ValidationDefinition

from ingest.quality.checks import CHECKS, Check
from ingest.quality.docs import write_docs
from ingest.quality.duck import Landed, open_batches
from ingest.quality.errors import QualityCrashed
from ingest.quality.gx_engine import DuckdbBatches
from ingest.quality.gx_expectation import ExpectNoBreachInAnyBatch
from ingest.quality.report import Breaches

_SEVERITY = {True: "critical", False: "warning"}
_database_numbers = itertools.count(1)


def evaluate(batch_dirs: Sequence[Path], *, loaded_at: datetime, docs_dir: Path | None) -> tuple[Breaches, Landed]:
    """Run every check of every entity that landed in `batch_dirs`; write the data docs if `docs_dir` is given.

    Raises BatchUnreadable and QualityCrashed (see check_batches).
    """
    with _database() as (url, con):
        landed = open_batches(con, batch_dirs)
        entities = [entity for entity in CHECKS if landed.rows.get(entity)]
        results = _validate(url, entities, loaded_at)
        breaches: Breaches = {}
        for entity, validation in results.items():
            for result in validation.results:
                check_id, found = _read(entity, result)
                breaches[entity, check_id] = found
        if docs_dir is not None:
            write_docs(docs_dir, results, landed, loaded_at)
    return breaches, landed


@contextmanager
def _database() -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
    """A named in-memory DuckDB that several connections of this process share; gone when the block ends."""
    url = f"duckdb:///:memory:cartera_checks_{os.getpid()}_{next(_database_numbers)}"
    engine = sqlalchemy.create_engine(url)
    try:
        kept = engine.raw_connection()
        try:
            connection: Any = kept.driver_connection
            yield url, connection
        finally:
            kept.close()
    finally:
        engine.dispose()


def _validate(url: str, entities: Sequence[str], loaded_at: datetime) -> dict[str, Any]:
    """GX's validation result (ExpectationSuiteValidationResult) of each entity."""
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_duckdb_batches("lake", connection_string=url)
    try:
        definitions = [_definition(context, source, entity, loaded_at) for entity in entities]
        checkpoint = context.checkpoints.add(
            gx.Checkpoint(name="landed_batches", validation_definitions=definitions, result_format="COMPLETE")
        )
        # GX would take the system's time otherwise; ours is injected
        run_time = loaded_at.replace(tzinfo=UTC)
        outcome = checkpoint.run(run_id=RunIdentifier(run_name=run_name(loaded_at), run_time=run_time))
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
    by_suite = {validation.suite_name: validation for validation in outcome.run_results.values()}
    return {entity: by_suite[entity] for entity in entities}


def run_name(loaded_at: datetime) -> str:
    """The name of a run in the data docs: its time, to the microsecond, fit for a file name."""
    return loaded_at.strftime("%Y%m%dT%H%M%S.%fZ")


def _definition(context: Any, source: DuckdbBatches, entity: str, loaded_at: datetime) -> ValidationDefinition:
    table = source.add_table_asset(entity, table_name=entity)
    suite = gx.ExpectationSuite(entity, expectations=list(_expectations(CHECKS[entity], loaded_at)))
    return context.validation_definitions.add(
        ValidationDefinition(
            name=entity, data=table.add_batch_definition_whole_table("landed"), suite=context.suites.add(suite)
        )
    )


def _expectations(checks: Iterable[Check], loaded_at: datetime) -> Iterator[ExpectNoBreachInAnyBatch]:
    for check in checks:
        yield ExpectNoBreachInAnyBatch(
            check_id=check.check_id,
            breaches=check.breaches.replace("{loaded_on}", loaded_at.date().isoformat()),
            expected=check.expected,
            words_es=check.words_es,
            words_en=check.words_en,
            severity=_SEVERITY[check.blocks],
        )


def _read(entity: str, result: Any) -> tuple[str, dict[str, tuple[int, tuple[str, ...]]]]:
    """The check's id and the batches that break it.

    GX reports an expectation that died as one that failed (success=False): only `exception_info` tells them apart.
    """
    check_id = result.expectation_config.kwargs["check_id"]
    raised = _exceptions(result.exception_info)
    if raised or "details" not in result.result:
        raise QualityCrashed(
            "a check could not be evaluated; no verdict was given on any batch",
            where=f"{entity}.{check_id}",
            found="; ".join(raised) or "no result from Great Expectations",
            expected="a count of breaches by batch",
            next_step="report it with this message; the batches stay in the lake and nothing was published",
        )
    found = result.result["details"]["batches"]
    return check_id, {batch["batch_id"]: (batch["unexpected"], tuple(batch["examples"])) for batch in found}


def _exceptions(info: dict[str, Any]) -> list[str]:
    """The messages in GX's exception_info: one flat record, or one per metric by its id."""
    records = [info] if "raised_exception" in info else [value for value in info.values() if isinstance(value, dict)]
    return [str(record.get("exception_message")) for record in records if record.get("raised_exception")]
