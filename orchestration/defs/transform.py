"""The dbt models as assets; their data tests as asset checks, those of severity error blocking."""

# No `from __future__ import annotations` here: Dagster reads the annotation of `context` as an object.
import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, DbtProject, dbt_assets

from orchestration.build import (
    BUILD_ARGS,
    dbt_checks,
    dbt_environment,
    dbt_note,
    ensure_manifest,
    finish_build,
    prepare_build,
    run_target,
)
from orchestration.defs.run import RefreshRun
from orchestration.errors import CheckFailed
from orchestration.orphans import remember
from orchestration.outcome import note_checks
from orchestration.progress import say
from orchestration.settings import Settings


class _Translator(DagsterDbtTranslator):
    """Groups are the layers of the project."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
        layer = node["fqn"][1] if node["resource_type"] == "model" else node["source_name"]
        return spec.replace_attributes(group_name=layer)


def dbt_models(settings: Settings) -> dg.AssetsDefinition:
    """Every model of the project as one step that builds them in one call of dbt."""
    manifest = ensure_manifest(settings)

    @dbt_assets(
        name="models",
        manifest=manifest,
        dagster_dbt_translator=_Translator(DagsterDbtTranslatorSettings(enable_asset_checks=True)),
    )
    def models(context: dg.AssetExecutionContext, dbt: DbtCliResource, run: RefreshRun) -> Iterator[Any]:
        say("build", f"as of {run.clock.today.isoformat()}")
        plan = prepare_build(run.settings, run.clock.today, rebuild=run.rebuild)
        if plan.full:
            say("build", f"from nothing: {plan.full}")
        # dbt is a child process and reads its day and paths there
        os.environ.update(dbt_environment(run.settings, run.clock.today))
        # dbt's own lines go to its log; people get the steps, programs the JSON
        with contextlib.redirect_stdout(_Nowhere()):
            arguments = (*BUILD_ARGS, *plan.dbt_args)
            call = dbt.cli(arguments, context=context, target_path=run_target(run.settings), raise_on_error=False)
            remember(dbt_note(run.settings), call.process.pid)
            yield from call.stream()
        _note_outcome(call)
        finish_build(run.settings, plan, run_target(run.settings))

    return models


def _note_outcome(call: Any) -> None:
    if call.is_successful():
        note_checks(dbt_checks(call.get_artifact("run_results.json")))
        return
    try:
        results = call.get_artifact("run_results.json")
    except FileNotFoundError:
        results = {"results": []}
    checks = dbt_checks(results)
    broken = [
        f"{result['unique_id'].split('.')[-1]}: {result['message']}"
        for result in results["results"]
        if result["status"] == "error" and not result["unique_id"].startswith("test.")
    ]
    error = call.get_error()
    raise CheckFailed(
        "a check on the figures failed" if checks.failures else "the models could not be built",
        where="dbt build",
        found="\n".join((*checks.failures, *broken)) or str(error),
        expected="every data test of severity error passes",
        next_step="the failing test's file says what it guards; nothing was published, the last good publication stays",
    )


class _Nowhere:
    """A stream that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing to flush."""
