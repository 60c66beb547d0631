"""Whether Spark can run here: its packages are an extra, its Java is the system's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from orchestration.errors import OutOfReach

OLDEST_JAVA = 17


def require_spark() -> None:
    """Raise OutOfReach, with what to install, when Spark can't run here."""
    if found := what_is_missing():
        raise OutOfReach(
            "Spark can't run here",
            where="engine: spark (cartera.yml)",
            found=found,
            expected=f"the packages of requirements-spark.lock and Java {OLDEST_JAVA} or newer",
            next_step="`make spark-setup`; Java is the system's (Debian, Ubuntu: apt install default-jre-headless)",
        )


@cache
def what_is_missing() -> str:
    """What keeps Spark from running, in words; empty when nothing does."""
    absent = [name for name in ("pyspark", "dbt.adapters.spark") if find_spec(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    java = java_executable()
    if java is None:
        return "no java, neither on PATH nor in JAVA_HOME"
    told = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False).stderr
    release = re.search(r'version "(\d+)', told)
    if release is None or int(release[1]) < OLDEST_JAVA:
        return f"{java} is {told.partition(chr(10))[0] or 'of an unknown version'}"
    return ""


def java_executable() -> Path | None:
    """The Java that Spark would take: JAVA_HOME's, else the first on PATH."""
    if home := os.environ.get("JAVA_HOME"):
        java = Path(home) / "bin" / "java"
        return java if java.exists() else None
    found = shutil.which("java")
    return Path(found) if found else None


def spark_class() -> Path:
    """The program that starts a part of Spark; the packages must be installed."""
    spec = find_spec("pyspark")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "bin" / "spark-class"
