"""The Dagster code location of a home: it loads, its lineage is whole, and a failed check stops what follows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingest.contract import ENTITIES
from ingest.lake import Lake
from orchestration.build import DBT_PROJECT
from orchestration.build_inputs import write_build_inputs
from orchestration.defs.automation import REFRESH_JOB
from orchestration.defs.build import build_definitions
from orchestration.home import initialise
from orchestration.settings import Settings, load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("definitions") / "home"
    initialise(home)
    return load_settings(home)


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build_definitions(settings)


@pytest.fixture(scope="module")
def repository(definitions: dg.Definitions) -> dg.RepositoryDefinition:
    return definitions.get_repository_def()


def test_it_loads(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_lineage_runs_from_the_landing_folder_to_the_mail(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert {f"lake/{entity}" for entity in ENTITIES} <= keys
    assert {f"marts/{path.stem}" for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql")} <= keys
    upstream = graph.upstream_key_iterator(dg.AssetKey(["mail", "digests"]))
    assert {"landing/files", "lake/documents", "published/cartera"} <= {key.to_user_string() for key in upstream}


def test_every_source_of_the_models_has_its_checks(repository: dg.RepositoryDefinition) -> None:
    checked = {key.asset_key.to_user_string() for key in repository.asset_graph.asset_check_keys}
    assert {f"lake/{entity}" for entity in ENTITIES} <= checked
    names = {key.name for key in repository.asset_graph.asset_check_keys}
    assert {path.stem for path in (DBT_PROJECT / "tests").rglob("*.sql")} <= names


def test_one_job_in_one_process_by_sensor_and_every_morning(
    definitions: dg.Definitions, settings: Settings, repository: dg.RepositoryDefinition
) -> None:
    job = definitions.resolve_job_def(REFRESH_JOB)
    assert job.executor_def.name == "in_process"
    schedule = repository.get_schedule_def("daily")
    assert schedule.execution_timezone == settings.time_zone
    assert repository.get_sensor_def("landing").job_name == REFRESH_JOB


def test_the_sensor_waits_until_a_file_has_stopped_growing(
    settings: Settings, repository: dg.RepositoryDefinition
) -> None:
    sensor = repository.get_sensor_def("landing")
    file = settings.landing_dir / "documents.csv"

    def tick(cursor: str | None) -> dg.SensorResult:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=repository)
        result = sensor.evaluate_tick(context)
        return result  # type: ignore[return-value]

    with dg.DagsterInstance.ephemeral() as instance:
        assert not tick(None).run_requests
        file.write_text("company,document_id\n")
        first = tick(None)
        assert not first.run_requests  # seen for the first time
        file.write_text("company,document_id\nX,1\n")
        grown = tick(first.cursor)
        assert not grown.run_requests  # it has grown since
        whole = tick(grown.cursor)
        assert len(whole.run_requests or []) == 1
        again = tick(whole.cursor)
        assert [request.run_key for request in again.run_requests or []] == [
            request.run_key for request in whole.run_requests or []
        ]  # the same key: Dagster runs it once
    file.unlink()


def test_the_sensor_leaves_unfinished_names_alone(settings: Settings, repository: dg.RepositoryDefinition) -> None:
    sensor = repository.get_sensor_def("landing")
    files = [settings.landing_dir / name for name in ("big.csv.part", ".hidden.csv")]
    for file in files:
        file.write_text("x")
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None
        for _ in range(2):
            result = sensor.evaluate_tick(
                dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=repository)
            )
            assert not result.run_requests
            cursor = result.cursor
    for file in files:
        file.unlink()


def test_settings_reach_the_build_as_rows(settings: Settings, tmp_path: Path) -> None:
    Lake(settings.lake_dir).ensure_schema()
    write_build_inputs(settings, date(2026, 6, 30), tmp_path)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select name, segment, currency, number, word from read_parquet(?) where rule_id = 'R11' order by all",
            [str(tmp_path / "policy_parameters.parquet")],
        ).fetchall()
        assert ("days_by_segment", "C", None) in {row[:3] for row in rows}
        assert all(number is not None for _, _, _, number, _ in rows)
        minor = dict(
            connection.execute(
                "select currency, minor_units from read_parquet(?)", [str(tmp_path / "currencies.parquet")]
            ).fetchall()
        )
        assert (minor["MXN"], minor["CLP"], minor["COP"], minor["KWD"]) == (2, 0, 2, 3)
