"""A standalone Spark cluster on this machine: one master and some workers, for as long as a block of code runs."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from orchestration.errors import OutOfReach
from orchestration.processes import heed_termination
from orchestration.spark.configuration import write_configuration
from orchestration.spark.installed import require_spark, spark_class

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.2
# The shell ends its child when its input ends: at the end of the block, and when this process is killed.
_LEASHED = '"$@" </dev/null >"$0" 2>&1 & child=$!; cat >/dev/null; kill "$child"; wait "$child"'


@contextmanager
def standalone_cluster(
    folder: Path, *, workers: int = 2, cores_each: int = 1, memory_each: str = "1g", driver_memory: str = "1g"
) -> Iterator[Path]:
    """Start a cluster that works in `folder` and yield the configuration folder (SPARK_CONF_DIR) of its applications.

    It listens on the loopback only and asks whoever comes for a secret of its own. Everything is ended with the block.
    Raises OutOfReach when Spark can't run here or does not start within a minute.
    """
    require_spark()
    options = {
        "spark.authenticate": "true",
        "spark.authenticate.secret": secrets.token_hex(32),
        "spark.local.dir": str(folder / "scratch"),
        "spark.master.rest.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.killEnabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    with ExitStack() as started:
        master_log = started.enter_context(_daemon(folder, "master", ["master.Master"], options))
        address = _awaited(master_log, r"Starting Spark master at (spark://\S+)", 1)[0]
        for number in range(1, workers + 1):
            place = ["worker.Worker", "--cores", str(cores_each), "--memory", memory_each]
            place += ["--work-dir", str(folder / f"worker_{number}" / "work"), address]
            started.enter_context(_daemon(folder, f"worker_{number}", place, options))
        _awaited(master_log, r"Registering worker", workers)
        application = options | {
            "spark.master": address,
            "spark.app.name": "cartera",
            "spark.driver.memory": driver_memory,
            "spark.driver.bindAddress": _HOST,
            "spark.driver.host": _HOST,
            "spark.executor.memory": memory_each,
            "spark.executor.cores": str(cores_each),
            "spark.sql.shuffle.partitions": str(4 * workers * cores_each),
        }
        write_configuration(folder / "application", application, folder / "application.log")
        yield folder / "application"


@contextmanager
def _daemon(folder: Path, name: str, words: list[str], options: Mapping[str, str]) -> Iterator[Path]:
    """One part of the cluster, on ports of the system's choice; yields its log."""
    place = folder / name
    log = place / "spark.log"
    write_configuration(place, options, log, level="info")
    part, *arguments = words
    command = [str(spark_class()), f"org.apache.spark.deploy.{part}", "--host", _HOST, "--port", "0"]
    command += ["--webui-port", "0", "--properties-file", str(place / "spark-defaults.conf"), *arguments]
    process = subprocess.Popen(
        ["sh", "-c", _LEASHED, str(place / "output.txt"), *command],
        stdin=subprocess.PIPE,
        # Ctrl-C is for us: it would end the shell and not its child, which a shell has ignore it
        start_new_session=True,
        preexec_fn=heed_termination,
        env={**os.environ, "SPARK_CONF_DIR": str(place), "SPARK_LOCAL_IP": _HOST, "SPARK_DAEMON_MEMORY": "256m"},
    )
    try:
        yield log
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _awaited(log: Path, pattern: str, times: int) -> list[str]:
    """What the log says by this pattern, once it has said it so many times."""
    for _ in range(round(_PATIENCE_SECONDS / _PAUSE_SECONDS)):
        found = re.findall(pattern, log.read_text(encoding="utf-8")) if log.exists() else []
        if len(found) >= times:
            return found
        time.sleep(_PAUSE_SECONDS)
    output = log.with_name("output.txt")
    raise OutOfReach(
        "the Spark cluster does not start",
        where=str(log),
        found=(output.read_text(encoding="utf-8")[-500:] if output.exists() else "") or "no word from it",
        expected=f"within {_PATIENCE_SECONDS} seconds: {pattern}",
        next_step="its log says what it was doing; the machine may be short of memory",
    )
