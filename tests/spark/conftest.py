"""One lake, built by both engines: the sample group, systems' cases, random and odd books, lists, books off ledgers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest
import yaml
from controlling.scenarios import DELIVERIES, write_delivery
from ledger.books import generate
from ledger.cases import CASES_FILE, read_cases, schemes_yml
from ledger.contract_files import write_books
from ledger.deliveries import open_list, paid_from_the_list
from ledger.odd_books import ODD_BOOKS
from ledger.open_lists import load_open_lists

from ingest.sample import sample_config, simulate, write_exports
from orchestration.home import initialise
from orchestration.landing import landed_files
from orchestration.processes import die_with_parent
from orchestration.settings import Settings, load_settings
from orchestration.spark.cluster import standalone_cluster
from orchestration.spark.installed import what_is_missing
from tests.homes import build_figures, load

TODAY = date(2026, 6, 30)
# Before the first case: rows that do not say when they were recorded are known from the day they are loaded.
CASES_LOADED_ON = date(2016, 1, 1)
BOOKS = 40


@dataclass(frozen=True)
class Engines:
    """The same lake, published by both engines: `duckdb` and `spark` are the attached files of `connection`."""

    connection: duckdb.DuckDBPyConnection
    has_cases: bool


@pytest.fixture(scope="session")
def spark_is_here() -> None:
    """Skips, and says so, where Spark can't run; tests of Spark ask for this."""
    if missing := what_is_missing():
        pytest.skip(
            f"SPARK ABSENT: {missing}; `make spark-setup` installs it, Java is the system's. Nothing ran on Spark"
        )


@pytest.fixture(scope="session")
def cluster(
    spark_is_here: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path | None]:
    """The configuration of a running standalone cluster; None without --spark-cluster: a session in one process."""
    if not request.config.getoption("--spark-cluster"):
        yield None
        return
    die_with_parent()  # `make` may be killed alone
    with standalone_cluster(tmp_path_factory.mktemp("cluster")) as configuration:
        yield configuration


@pytest.fixture(scope="session")
def quick_java() -> Iterator[None]:
    """Few rows and many statements: compiling hot code thoroughly costs more than it ever gives back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@pytest.fixture(scope="session")
def engines(cluster: Path | None, quick_java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    folder = tmp_path_factory.mktemp("engines")
    has_cases = CASES_FILE.exists()
    by_duckdb = _home_with_everything(folder, has_cases)
    by_spark = _same_home_on_spark(by_duckdb, folder, cluster)
    connection = duckdb.connect()
    for settings in (by_duckdb, by_spark):
        file = build_figures(settings, TODAY)
        connection.execute(f"attach '{file}' as {settings.engine} (read_only)")
    yield Engines(connection, has_cases)
    connection.close()


def _home_with_everything(folder: Path, has_cases: bool) -> Settings:
    exports = write_exports(simulate("tiny", until=TODAY), folder / "exports")
    files = sample_config(folder / "exports")
    if has_cases:
        files["cartera.yml"] = _with_schemes(files["cartera.yml"])
    initialise(folder / "duckdb", files)
    settings = load_settings(folder / "duckdb")
    if has_cases:
        command = [CASES_FILE.with_name("to_contract.py"), CASES_FILE, folder / "cases"]
        subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True)
        cases = [path for path in sorted((folder / "cases").glob("*.csv")) if not path.name.startswith("expected")]
        load(settings, cases, on=CASES_LOADED_ON)
    load_open_lists(settings, folder / "open_lists")
    dice = Random(BOOKS)
    for number, day in enumerate(DELIVERIES):
        files = [*write_delivery(folder / "off_the_ledger", day), open_list(number, folder / "any_lists", dice)]
        load(settings, files, on=day)
    books = [*(example.book for example in generate(BOOKS)), *(odd.book for odd in ODD_BOOKS.values())]
    load(settings, write_books([*books, paid_from_the_list(dice)], folder / "books"), on=DELIVERIES[-1])
    truth = Path(exports.truth)
    load(settings, [path for path in landed_files(folder / "exports") if truth not in path.parents], on=TODAY)
    return settings


def _with_schemes(cartera_yml: str) -> str:
    """The sample's settings with the ageing schemes of the cases."""
    settings = yaml.safe_load(cartera_yml)
    settings["ageing_schemes"] = yaml.safe_load(schemes_yml(read_cases()))["ageing_schemes"]
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)


def _same_home_on_spark(settings: Settings, folder: Path, cluster: Path | None) -> Settings:
    files = {name: (settings.home / name).read_text(encoding="utf-8") for name in ("cartera.yml", "policies.yml")}
    spark = {"memory": "1g"} | ({"configuration": str(cluster)} if cluster else {"master": "local[2]"})
    chosen = yaml.safe_load(files["cartera.yml"]) | {"engine": "spark", "spark": spark}
    files["cartera.yml"] = yaml.safe_dump(chosen, allow_unicode=True, sort_keys=False)
    initialise(folder / "spark", files)
    on_spark = load_settings(folder / "spark")
    on_spark.lake_dir.rmdir()
    on_spark.lake_dir.symlink_to(settings.lake_dir, target_is_directory=True)
    return on_spark
