"""One parse and one empty build of the dbt project, shared by the tests of this folder."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.lake import Lake
from ingest.quality import BatchReport
from orchestration.build import DBT_PROJECT, dbt_environment, dbt_executable, dbt_target, prepare_build
from orchestration.clock import Clock
from orchestration.home import initialise
from orchestration.quality_gate import checks_dir
from orchestration.settings import Settings, load_settings

TODAY = date(2026, 6, 30)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the default policy and nothing loaded."""
    folder = tmp_path_factory.mktemp("dbt") / "home"
    initialise(folder)
    settings = load_settings(folder)
    Lake(settings.lake_dir).ensure_schema()
    checks_dir(settings).mkdir(parents=True, exist_ok=True)
    BatchReport("", "", Clock(TODAY, fixed=True).now(), ()).to_parquet(checks_dir(settings) / "_schema.parquet")
    return settings


@pytest.fixture(scope="session")
def build_results(empty_home: Settings) -> list[dict[str, Any]]:
    """`dbt build` of everything, unit tests included, on no data: one result per model and test."""
    prepare_build(empty_home, TODAY)
    target = dbt_target(empty_home)
    done = subprocess.run(
        [
            dbt_executable(), "build", "--full-refresh", "--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT,
            "--target-path", target, "--log-path", target,
        ],
        env={**os.environ, **dbt_environment(empty_home, TODAY)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert (target / "run_results.json").exists(), done.stdout[-3000:]
    results: list[dict[str, Any]] = json.loads((target / "run_results.json").read_text())["results"]
    return results


@pytest.fixture(scope="session")
def manifest(build_results: list[dict[str, Any]], empty_home: Settings) -> dict[str, Any]:
    """What dbt knows of the project."""
    found: dict[str, Any] = json.loads((dbt_target(empty_home) / "manifest.json").read_text())
    return found


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """The SQL files of the project."""
    return sorted(DBT_PROJECT.rglob("*.sql"))
