"""`cartera refresh` with `engine: spark`: the whole way, from a dropped file to the file people read."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from ledger.golden import write_golden

from orchestration.cli import run
from tests.homes import new_home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TODAY = "2025-07-01"


def test_a_refresh_on_spark_publishes(
    spark_is_here: None, quick_java: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = new_home(tmp_path / "home", 'engine: spark\nspark: {master: "local[2]", memory: 1g}\n')
    write_golden(settings.landing_dir)

    assert run(["refresh", "--json", "--today", TODAY, "--home", str(settings.home)]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "published"

    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        versions, passed, total = connection.execute(
            "select versions, checks_passed, checks_total from publication"
        ).fetchone() or ("{}", 0, 1)
        assert {"pyspark", "dbt-spark", "duckdb"} <= json.loads(versions).keys()
        assert passed == total > 0
        (owed,) = connection.execute("select sum(open_base) from open_items(cast($1 as date))", [TODAY]).fetchone() or (
            0,
        )
        assert owed > Decimal(0)
    assert (settings.warehouse_dir / "spark" / "spark.log").exists()

    # nothing has changed: Spark isn't even started
    assert run(["refresh", "--json", "--today", TODAY, "--home", str(settings.home)]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "unchanged"
