"""Homes that several tests look at; each is built once. Tests that change a home work on a copy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from orchestration.clock import stopwatch

from .books import CARTERA_YML, first_delivery, second_delivery
from .command import CARTERA, TODAY, Home
from .tables import Table, tables_of

READER = """
import json, sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
asked = ("select id from publication", "select sum(open_base)::varchar from aging(date '2025-06-30')",
         "select count(*)::varchar from fct_receivable_entry")
print("open", flush=True)
for line in sys.stdin:
    print(json.dumps([connection.execute(sql).fetchone()[0] for sql in asked]), flush=True)
"""


def new_home(folder: Path, cartera_yml: str = CARTERA_YML) -> Home:
    """A home made by `cartera init`, with these settings."""
    home = Home(folder)
    assert home.cartera("init").code == 0
    (folder / "cartera.yml").write_text(cartera_yml, encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the first delivery, published. Not to be changed: copy it.

    The first worker of a run to come builds it; each has a copy of its own.
    """
    ours = tmp_path_factory.getbasetemp()
    folder = (ours.parent if os.environ.get("PYTEST_XDIST_WORKER") else ours) / "base"
    folder.mkdir(exist_ok=True)
    home, built = Home(folder / "home"), folder / "built"
    with FileLock(folder / "lock"):
        if not built.exists():
            shutil.rmtree(home.path, ignore_errors=True)  # of a worker that failed to build it
            new_home(home.path)
            first_delivery(home.landing)
            answer = home.refresh()
            assert answer.code == 0, answer.err
            assert answer.data["status"] == "published"
            built.touch()
    return home.copy_to(tmp_path_factory.mktemp("base") / "home")


@dataclass(frozen=True)
class Grown:
    """The base home after the second delivery, refreshed while an analyst kept the published file open."""

    home: Home
    seconds: float
    before: list[Any]
    during: list[list[Any]]
    after_in_the_old_one: list[Any]
    seen_anew: list[list[Any]]
    tables: dict[str, Table]


@pytest.fixture(scope="session")
def grown(base: Home, tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """What an undisturbed refresh makes of both deliveries, and what readers saw meanwhile. Not to be changed."""
    home = base.copy_to(tmp_path_factory.mktemp("grown") / "home")
    second_delivery(home.landing)
    held = _reader(home)
    before = _asked(held)
    during, seen_anew = [], []
    elapsed = stopwatch()
    running = home.start([CARTERA, "refresh", "--today", TODAY])
    while running.poll() is None:
        during.append(_asked(held))
        seen_anew.append(_asked_anew(home))
        time.sleep(0.5)  # an analyst, not a load test
    seconds = elapsed()
    assert running.returncode == 0, (home.path.parent / "run.log").read_text(encoding="utf-8")
    seen_anew.append(_asked_anew(home))
    after = _asked(held)
    held.communicate()
    return Grown(home, seconds, before, during, after, seen_anew, tables_of(home.published))


def _reader(home: Home) -> subprocess.Popen[str]:
    """An analyst's process with the published file open."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, home.published], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    return reader


def _asked_anew(home: Home) -> list[Any]:
    reader = _reader(home)
    answer = _asked(reader)
    reader.communicate()
    return answer


def _asked(reader: subprocess.Popen[str]) -> list[Any]:
    assert reader.stdin is not None and reader.stdout is not None
    reader.stdin.write("?\n")
    reader.stdin.flush()
    answer: list[Any] = json.loads(reader.stdout.readline())
    return answer
