"""Homes for tests: made, loaded through the ordinary way, and built by the real models."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from ingest.quality import BatchReport
from orchestration.build import (
    BUILD_ARGS,
    DBT_PROJECT,
    LOG_ARGS,
    build_id,
    dbt_checks,
    dbt_environment,
    dbt_executable,
    finish_build,
    marts_file,
    prepare_build,
    versions,
)
from orchestration.clock import Clock
from orchestration.home import initialise
from orchestration.pipeline import ingest_paths
from orchestration.processes import die_with_parent
from orchestration.publishing import Publication, build_candidate, publish_candidate
from orchestration.quality_gate import checks_dir
from orchestration.settings import Settings, load_settings


def new_home(folder: Path, cartera_yml: str = "", policies_yml: str = "") -> Settings:
    """A home with these settings; empty texts mean the defaults and no policy."""
    initialise(folder, {"cartera.yml": cartera_yml or "{}\n", "policies.yml": policies_yml or "policies: []\n"})
    return load_settings(folder)


def load(settings: Settings, paths: Sequence[Path], *, on: date) -> None:
    """Load files on that day; BadInput when one is refused."""
    ingest_paths(settings, Clock(on, fixed=True), paths)


def build_figures(settings: Settings, today: date, *, only: Iterable[str] = ()) -> Path:
    """The published file of a home's lake, without Dagster, batch checks and mails: models, their tests, table macros.

    `only` names the marts to build (with all they need), without data tests; empty means everything.
    AssertionError, with dbt's words, when a model or a data test of severity error fails.
    """
    clock = Clock(today, fixed=True)
    checks_dir(settings).mkdir(parents=True, exist_ok=True)
    BatchReport("", "", clock.now(), ()).to_parquet(checks_dir(settings) / "_schema.parquet")
    plan = prepare_build(settings, today)
    arguments: Sequence[str] = [*BUILD_ARGS, *plan.dbt_args]
    if only := list(only):
        refresh = ["--full-refresh"] if plan.full else []
        arguments = ["run", *refresh, *LOG_ARGS, "--select", *(f"+{mart}" for mart in only)]
    target = settings.warehouse_dir / "dbt"
    places = {"project-dir": DBT_PROJECT, "profiles-dir": DBT_PROJECT, "target-path": target, "log-path": target}
    done = subprocess.run(
        [str(dbt_executable()), *arguments, *(f"--{name}={path}" for name, path in places.items())],
        env={**os.environ, **dbt_environment(settings, today)},
        capture_output=True,
        text=True,
        check=False,
        # on a cluster that ended with us it would wait for ever
        preexec_fn=die_with_parent,
    )
    # what ran well is no news: dbt's closing words tell which model or test failed, and why
    assert done.returncode == 0, done.stdout.partition("Completed with")[2] or done.stdout[-3000:]
    if not only:
        finish_build(settings, plan, target)
    checks = dbt_checks(json.loads((target / "run_results.json").read_text(encoding="utf-8")))
    name = build_id(settings, today)
    publication = Publication(
        id=name,
        file=f"{name}.duckdb",
        built_at=clock.now(),
        as_of=today,
        checks_passed=checks.passed,
        checks_total=checks.total,
    )
    candidate = build_candidate(
        settings, marts_file(settings), publication, versions=versions(settings), alerts=lambda _: ()
    )
    publish_candidate(settings, candidate)
    return settings.published_file
