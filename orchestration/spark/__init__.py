"""The models on Spark: its configuration, what it reads beside the lake, and its marts brought back to DuckDB."""

from orchestration.spark.installed import require_spark
from orchestration.spark.marts import bring_back
from orchestration.spark.session import prepare_session, session_environment, spark_tables

__all__ = ["bring_back", "prepare_session", "require_spark", "session_environment", "spark_tables"]
