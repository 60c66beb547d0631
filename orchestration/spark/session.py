"""What a build on Spark needs: where it works, how Spark is configured, and the files it can't read where they lie."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from orchestration.quality_gate import checks_dir
from orchestration.settings import Settings
from orchestration.spark.configuration import write_configuration
from orchestration.spark.installed import require_spark

_LOOPBACK = "127.0.0.1"
# Spark skips files whose name begins with an underscore or a dot; these few rows are copied for it.
_HIDDEN = {
    "batch": "batches/*/_batch.parquet",
    "rejected": "batches/*/_rejected.parquet",
    "rejected_documents": "batches/*/_rejected_documents.parquet",
    "refused": "refused/*/_batch.parquet",
    "refused_rows": "refused/*/_rejected.parquet",
    "refused_documents": "refused/*/_rejected_documents.parquet",
}


def spark_dir(settings: Settings) -> Path:
    """Where Spark works during a build; made anew by every build."""
    return settings.warehouse_dir / "spark"


def spark_tables(settings: Settings) -> Path:
    """Where Spark keeps its tables: schema.db/table/*.parquet."""
    return spark_dir(settings) / "warehouse"


def prepare_session(settings: Settings) -> None:
    """Make ready for dbt on Spark. Raises OutOfReach when Spark can't run here."""
    require_spark()
    folder = spark_dir(settings)
    shutil.rmtree(folder, ignore_errors=True)
    _copy_hidden_files(settings, folder / "manifests")
    if settings.spark.configuration is None:
        write_configuration(folder / "conf", _options(settings), folder / "spark.log")


def session_environment(settings: Settings) -> dict[str, str]:
    """What dbt and Spark read from the environment."""
    found = {
        "CARTERA_SPARK": str(spark_dir(settings)),
        "SPARK_CONF_DIR": str(settings.spark.configuration or spark_dir(settings) / "conf"),
    }
    if _is_alone(settings):
        found["SPARK_LOCAL_IP"] = _LOOPBACK
    return found


def _options(settings: Settings) -> dict[str, str]:
    found = {
        "spark.master": settings.spark.master,
        "spark.app.name": "cartera",
        "spark.driver.memory": settings.spark.memory,
        "spark.local.dir": str(spark_dir(settings) / "scratch"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "8",
    }
    if _is_alone(settings):
        found |= {"spark.driver.bindAddress": _LOOPBACK, "spark.driver.host": _LOOPBACK}
    return found


def _is_alone(settings: Settings) -> bool:
    """Whether the session runs in one process, which nobody else needs to reach."""
    return settings.spark.configuration is None and settings.spark.master.startswith("local")


def _copy_hidden_files(settings: Settings, folder: Path) -> None:
    folder.mkdir(parents=True)
    sources = {name: settings.lake_dir / pattern for name, pattern in _HIDDEN.items()}
    sources["checks"] = checks_dir(settings) / "*.parquet"
    with duckdb.connect() as connection:
        for name, files in sources.items():
            rows = connection.read_parquet(str(files), union_by_name=True)
            rows.write_parquet(str(folder / f"{name}.parquet"))
