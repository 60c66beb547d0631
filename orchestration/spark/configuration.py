"""Spark's own configuration files, as its documentation names them (SPARK_CONF_DIR)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# Everything goes to one file; a terminal is for people, and dbt's output is read by Dagster.
_LOGGING = """\
rootLogger.level = {level}
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{yyyy-MM-dd HH:mm:ss}} %p %c{{1}}: %m%n%ex
# planning says with every window over few rows that it is one partition
logger.window.name = org.apache.spark.sql.execution.window
logger.window.level = error
# the adapter asks for its session anew with every statement
logger.session.name = org.apache.spark.sql.classic.SparkSession
logger.session.level = error
# a pattern of files is no folder of a stream, which it says of each with the whole stack
logger.sink.name = org.apache.spark.sql.execution.streaming.sinks.FileStreamSink
logger.sink.level = error
"""


def write_configuration(folder: Path, options: Mapping[str, str], log: Path, *, level: str = "warn") -> None:
    """Write spark-defaults.conf and log4j2.properties into `folder`, readable by their owner alone: they may hold
    the cluster's secret.
    """
    folder.mkdir(parents=True, exist_ok=True)
    defaults = folder / "spark-defaults.conf"
    defaults.touch(mode=0o600)
    defaults.write_text("".join(f"{name} {value}\n" for name, value in options.items()), encoding="utf-8")
    (folder / "log4j2.properties").write_text(_LOGGING.format(level=level, log=log), encoding="utf-8")
