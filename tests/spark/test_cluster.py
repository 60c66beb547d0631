"""The standalone cluster: on the loopback, for whoever has its secret, and gone when its block ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.spark.cluster import standalone_cluster

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COUNT = "from pyspark.sql import SparkSession as S; print('counted', S.builder.getOrCreate().range(7).count())"
# SIGTERM is ignored as Dagster has it where a script started us in the background
HOLD = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.default_int_handler)
from orchestration.spark.cluster import standalone_cluster
with standalone_cluster(Path(sys.argv[1]), workers=1):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def for_make_spark_only(request: pytest.FixtureRequest, spark_is_here: None, quick_java: None) -> None:
    if not request.config.getoption("--spark-cluster"):
        pytest.skip("a cluster is started by `make spark` only")


def options(configuration: Path) -> dict[str, str]:
    lines = (configuration / "spark-defaults.conf").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def listeners(port: int) -> list[str]:
    """Addresses on which somebody listens to this port, as the kernel lists them (hexadecimal)."""
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="utf-8").splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A" and int(local.rsplit(":", 1)[1], 16) == port:
                found.append(local.rsplit(":", 1)[0])
    return found


def at_work(folder: Path) -> list[int]:
    """Processes that were started with this folder as their place."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(folder) in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # gone meanwhile
    return found


def counted(configuration: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SPARK_CONF_DIR": str(configuration), "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, "-c", COUNT]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_a_cluster_works_for_its_own_and_is_gone_afterwards(tmp_path: Path) -> None:
    with standalone_cluster(tmp_path / "cluster", workers=1) as configuration:
        defaults = configuration / "spark-defaults.conf"
        assert defaults.stat().st_mode & 0o077 == 0
        master = options(configuration)["spark.master"]
        port = int(re.fullmatch(r"spark://127\.0\.0\.1:(\d+)", master)[1])  # type: ignore[index]
        # 127.0.0.1, as such or mapped into the other family
        assert {address[-8:] for address in listeners(port)} == {"0100007F"}

        assert "counted 7" in counted(configuration).stdout

        stranger = tmp_path / "stranger"
        stranger.mkdir()
        guessed = options(configuration) | {"spark.authenticate.secret": "guessed"}
        (stranger / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in guessed.items()))
        refused = counted(stranger)
        assert refused.returncode != 0 and "counted" not in refused.stdout
    assert listeners(port) == []


@pytest.mark.parametrize(
    "end",
    [lambda pid: os.kill(pid, signal.SIGKILL), lambda pid: os.killpg(pid, signal.SIGINT)],
    ids=["killed alone", "Ctrl-C"],
)
def test_a_cluster_does_not_outlive_who_started_it(end: Callable[[int], None], tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "cluster")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"up\n"
        assert len(at_work(tmp_path)) >= 2
        end(holder.pid)
    for _ in range(100):
        if not (left := at_work(tmp_path)):
            break
        time.sleep(0.2)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
