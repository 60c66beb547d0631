"""What a build is made from and how dbt is called; no Dagster here, so that a test can read it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ingest.lake import Lake
from orchestration.build_inputs import FIRST_BUSINESS_DAY, write_build_inputs
from orchestration.build_plan import BuildPlan, note_begun, note_built, plan_build
from orchestration.errors import CheckFailed
from orchestration.orphans import end_orphan
from orchestration.quality_gate import checks_dir
from orchestration.settings import CARTERA_FILE, POLICIES_FILE, Settings
from orchestration.spark import bring_back, prepare_session, require_spark, session_environment, spark_tables

_MAKERS = ("cartera", "duckdb", "dbt-core", "great-expectations", "holidays", "babel")
_ENGINE_MAKERS = {"duckdb": ("dbt-duckdb",), "spark": ("dbt-spark", "pyspark")}
PROJECT_ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT_ROOT / "dbt_project"
_PARSED = "partial_parse.msgpack"


@dataclass(frozen=True, slots=True)
class DbtChecks:
    """Outcome of the data tests of one build."""

    passed: int
    total: int
    failures: tuple[str, ...]


def build_id(settings: Settings, as_of: date) -> str:
    """Names what a build is made from: lake, settings files, day, code and what runs it. Equal inputs, equal name."""
    digest = hashlib.sha256()
    made_of = (Lake(settings.lake_dir).fingerprint(), as_of.isoformat(), code_identity(), *versions(settings).values())
    for part in made_of:
        digest.update(part.encode())
    for name in (CARTERA_FILE, POLICIES_FILE):
        path = settings.home / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]


@cache
def code_identity() -> str:
    """SHA-256 over the models, the published macros and the version."""
    digest = hashlib.sha256(version("cartera").encode())
    for path in _code_files():
        digest.update(path.relative_to(PROJECT_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _code_files() -> Iterator[Path]:
    for folder in ("models", "macros", "tests"):
        yield from sorted(path for path in (DBT_PROJECT / folder).rglob("*") if path.suffix in {".sql", ".yml"})
    yield DBT_PROJECT / "dbt_project.yml"
    yield DBT_PROJECT / "profiles.yml"
    yield PROJECT_ROOT / "orchestration" / "publishing" / "macros.sql"
    yield PROJECT_ROOT / "orchestration" / "build_inputs.py"


def versions(settings: Settings) -> dict[str, str]:
    """Versions of what makes the figures, for the publication. Raises OutOfReach when the engine is not installed."""
    if settings.engine == "spark":
        require_spark()
    return {name: version(name) for name in (*_MAKERS, *_ENGINE_MAKERS[settings.engine])}


def warehouse_file(settings: Settings) -> Path:
    """The file dbt builds, kept from one build to the next."""
    return settings.warehouse_dir / "build.duckdb"


def marts_file(settings: Settings) -> Path:
    """The file of the public marts, built beside the warehouse; a publication is a copy of it."""
    return settings.warehouse_dir / "marts.duckdb"


def dbt_target(settings: Settings) -> Path:
    """Where the manifest stands that Dagster reads; a build killed while it writes its own leaves this one whole."""
    return settings.warehouse_dir / "dbt"


def run_target(settings: Settings) -> Path:
    """Where a build keeps its compiled models, log and results, beginning with what the parse already knows."""
    return dbt_target(settings) / "run"


def dbt_note(settings: Settings) -> Path:
    """Where the running dbt is noted."""
    return settings.warehouse_dir / "dbt.pid"


def dbt_environment(settings: Settings, as_of: date) -> dict[str, str]:
    """What the dbt project reads from its environment.

    Not as --vars: a new value there has dbt parse everything anew.
    """
    return {
        "CARTERA_ENGINE": settings.engine,
        "CARTERA_AS_OF": as_of.isoformat(),
        "CARTERA_APPLICATION_DATE_RULE": settings.application_date_rule,
        "CARTERA_LAKE": str(settings.lake_dir),
        "CARTERA_SETTINGS": str(settings_dir(settings)),
        "CARTERA_CHECKS": str(checks_dir(settings)),
        "CARTERA_WAREHOUSE": str(warehouse_file(settings)),
        "CARTERA_MARTS": str(marts_file(settings)),
        "CARTERA_MEMORY_LIMIT": memory_limit(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "DO_NOT_TRACK": "1",
        **(session_environment(settings) if settings.engine == "spark" else {}),
    }


def memory_limit() -> str:
    """What a build may take of the machine's memory before it writes to disk: half, the rest is for those who read."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total // 2**21}MiB"


def settings_dir(settings: Settings) -> Path:
    """Where the settings stand as rows during a build."""
    return settings.warehouse_dir / "settings"


# dbt.log at its usual level repeats every model's whole description a dozen times, which takes longer than most models.
LOG_ARGS = ("--log-level-file", "info")
BUILD_ARGS = ("build", *LOG_ARGS)


def prepare_build(settings: Settings, as_of: date, *, rebuild: bool = False) -> BuildPlan:
    """Make ready for dbt, whatever an earlier build left, a running dbt included; says how dbt must build.

    A build from nothing begins with an empty warehouse, any other with the tables of the last one.
    """
    end_orphan(dbt_note(settings))
    identity = "".join((code_identity(), *versions(settings).values()))
    files = warehouse_file(settings), marts_file(settings)
    plan = plan_build(settings, files, as_of, identity=identity, rebuild=rebuild)
    note_begun(settings, plan)
    write_build_inputs(
        settings,
        as_of,
        settings_dir(settings),
        applied_seq=plan.applied_seq,
        is_policy_new=plan.is_policy_new,
        evaluate_from=plan.evaluate_from,
    )
    if plan.full:
        for file in (warehouse_file(settings), marts_file(settings)):
            for leftover in settings.warehouse_dir.glob(f"{file.name}*"):
                leftover.unlink()
    if settings.engine == "spark":
        prepare_session(settings)
    return plan


def finish_build(settings: Settings, plan: BuildPlan, target: Path) -> None:
    """After dbt, which left its manifest in `target`: what Spark computed comes back, and what stands is noted.

    Raises CheckFailed when Spark's tables break the marts' keys or types.
    """
    if settings.engine == "spark":
        bring_back(target / "manifest.json", spark_tables(settings), marts_file(settings))
    note_built(settings, plan)


def ensure_manifest(settings: Settings) -> Path:
    """The dbt manifest Dagster reads the models from; parsed anew when the models have changed.

    Raises CheckFailed with dbt's words when the models can't be parsed.
    """
    target = dbt_target(settings)
    manifest, mark = target / "manifest.json", target / "code_identity"
    parsed = f"{settings.engine} {code_identity()}"
    if manifest.exists() and mark.exists() and mark.read_text(encoding="utf-8") == parsed:
        return manifest
    target.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            str(dbt_executable()),
            "parse",
            # what an earlier version left parsed says of tests that are gone that they fail
            "--no-partial-parse",
            *LOG_ARGS,
            "--project-dir",
            str(DBT_PROJECT),
            "--profiles-dir",
            str(DBT_PROJECT),
            "--target-path",
            str(target),
            "--log-path",
            str(target),
        ],
        env={**os.environ, **dbt_environment(settings, FIRST_BUSINESS_DAY)},  # the build states the day
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CheckFailed(
            "the models can't be parsed",
            where=str(DBT_PROJECT),
            found=done.stdout[-2000:].strip(),
            next_step="run `make lint`; what is published stays as it is",
        )
    run_target(settings).mkdir(exist_ok=True)
    shutil.copyfile(target / _PARSED, run_target(settings) / _PARSED)
    mark.write_text(parsed, encoding="utf-8")
    return manifest


def dbt_executable() -> Path:
    """The dbt of this environment, whatever PATH says."""
    return Path(sys.executable).with_name("dbt")


def dbt_checks(run_results: dict[str, Any]) -> DbtChecks:
    """Reads dbt's run_results.json: how many data tests ran, passed, and which failed, by name."""
    tests = [result for result in run_results["results"] if result["unique_id"].startswith("test.")]
    failures = tuple(
        f"{result['unique_id'].split('.')[2]}: {result.get('message') or result['status']}"
        for result in tests
        if result["status"] in ("fail", "error")
    )
    return DbtChecks(sum(result["status"] == "pass" for result in tests), len(tests), failures)
