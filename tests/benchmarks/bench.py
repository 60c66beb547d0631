"""One size of books, from files to answers, each step measured as a whole process."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import run_target
from orchestration.home import initialise
from orchestration.settings import Settings, load_settings

from .agreement import checksums, differences
from .books import Books
from .process import Measured, measure, start

COMPANY = "NORTE"
# Home, scratch space of the books and spilled data together: the free space asked for before anything begins.
BYTES_PER_INVOICE = 5_000
_EVERY_CELL_UP_TO = 10_000
_READERS = 3
_SLOWEST_MODELS = 10
_CARTERA_YML = "keep_snapshots: 2\n"


class NoRoom(Exception):
    """The disk has too little space for books of this size; the message says how much."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: how many invoices, where, and how often."""

    invoices: int
    folder: Path
    deliveries: int = 3
    times: int = 5  # repetitions of each question
    builds: int = 1  # full builds before the deliveries; one more follows them
    customers: int = 20_000
    memory: str = "8GB"


def run(plan: Plan) -> dict[str, Any]:
    """Measure everything; raises NoRoom, StepFailed. What it leaves under `plan.folder` may be removed."""
    _ensure_room(plan)
    shutil.rmtree(plan.folder, ignore_errors=True)
    plan.folder.mkdir(parents=True)
    books = Books(plan.invoices, plan.customers)
    files, home = plan.folder / "files", plan.folder / "home"
    initialise(home, {"cartera.yml": _CARTERA_YML})
    settings = load_settings(home)
    found: dict[str, Any] = {"invoices": plan.invoices}

    _say(plan, "books")
    made = measure(["books", files, plan.invoices, plan.customers, plan.deliveries + 1, "3GB"])
    found["books"] = _figures(made) | {"deliveries": json.loads(made.output)}
    _say(plan, "lake")
    found["lake"] = _figures(measure(["land", home, books.day_after(0), files / "delivery-0"]))

    _say(plan, "full build")
    found["builds"] = [
        _refresh(settings, books.day_after(0), plan, rebuild=number > 0) for number in range(plan.builds)
    ]
    _say(plan, "floor")
    found["floors"], found["disagreements"] = _floors(settings, books, plan)
    _say(plan, "questions")
    asked = measure(["questions", settings.published_file, books.last_day, COMPANY, plan.times])
    found["questions"] = _figures(asked) | {"answers": json.loads(asked.output)}
    found["published_bytes"] = settings.published_file.stat().st_size

    _say(plan, "refreshes")
    found["refreshes"] = [_deliver(settings, books, plan, number) for number in range(1, plan.deliveries + 1)]
    _say(plan, "readers")
    with _readers(settings, books.last_day) as seen:
        last = _deliver(settings, books, plan, plan.deliveries + 1)
    found["readers"] = {"refresh": last, "seen": seen}
    _say(plan, "rebuild")
    found["rebuild"], found["rebuild_differs"] = _rebuild(settings, books.day_after(plan.deliveries + 1), plan)
    found["home_bytes"] = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    return found


def _floors(settings: Settings, books: Books, plan: Plan) -> tuple[list[dict[str, Any]], list[str]]:
    database = plan.folder / "floor.duckdb"
    taken = [
        _figures(measure(["floor", settings.lake_dir, database, books.last_day, plan.memory]))
        for _ in range(max(plan.builds, 1))
    ]
    told = differences(database, settings.published_file, every_cell=plan.invoices <= _EVERY_CELL_UP_TO)
    database.unlink()
    return taken, told


def _refresh(settings: Settings, today: date, plan: Plan, *, rebuild: bool = False) -> dict[str, Any]:
    """A refresh and its parts: seconds of each step, of dbt's own start, peak memory while dbt runs, slowest models."""
    taken = measure(
        ["refresh", settings.home, today, "rebuild" if rebuild else "refresh"],
        environment={"CARTERA_MEMORY_LIMIT": plan.memory},
    )
    told = json.loads(taken.output)
    began = sorted(told["began"].items(), key=lambda step: step[1])
    ends = [moment for _, moment in began[1:]] + [told["ended"]]
    parts = {step: end - moment for (step, moment), end in zip(began, ends, strict=True)}
    since = told["began"]["build"]
    return _figures(taken) | {
        "parts": parts,
        "dbt": parts["build"],
        "dbt_cpu": taken.cpu_of.get("dbt", 0.0),
        "dbt_peak_bytes": taken.peak(since, since + parts["build"]),
        **_dbt(settings, parts["build"]),
    }


def _dbt(settings: Settings, seconds: float) -> dict[str, Any]:
    results = json.loads((run_target(settings) / "run_results.json").read_text(encoding="utf-8"))["results"]
    moments = [timing for result in results for timing in result["timing"] if timing["name"] == "execute"]
    working = _seconds_between(min(t["started_at"] for t in moments), max(t["completed_at"] for t in moments))
    slowest = sorted(results, key=lambda result: -float(result["execution_time"]))[:_SLOWEST_MODELS]
    return {
        "dbt_start": seconds - working,
        "slowest": {result["unique_id"].split(".")[2]: result["execution_time"] for result in slowest},
    }


def _seconds_between(earlier: str, later: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def _deliver(settings: Settings, books: Books, plan: Plan, number: int) -> dict[str, Any]:
    """What one more day brings: its files dropped into the landing folder, then a refresh of that day."""
    for path in sorted((plan.folder / "files" / f"delivery-{number}").iterdir()):
        shutil.move(path, settings.landing_dir / path.name)
    return _refresh(settings, books.day_after(number), plan)


@contextmanager
def _readers(settings: Settings, as_of: date) -> Iterator[list[dict[str, Any]]]:
    """Within the block several processes read the published file; what they saw is there when it is over."""
    seen: list[dict[str, Any]] = []
    running = [start(["reader", settings.published_file, as_of]) for _ in range(_READERS)]
    with duckdb.connect(str(settings.published_file), read_only=True) as held:
        before = held.execute("select id from publication").fetchone()
        try:
            yield seen
        finally:
            seen += [json.loads(process.communicate()[0]) for process in running]
        # who holds the old file open keeps it
        assert held.execute("select id from publication").fetchone() == before


def _rebuild(settings: Settings, today: date, plan: Plan) -> tuple[dict[str, Any], list[str]]:
    """A build from nothing of all deliveries, and the tables in which it differs from the refreshed ones."""
    kept = plan.folder / "refreshed.duckdb"
    os.link(settings.published_file, kept)
    taken = _refresh(settings, today, plan, rebuild=True)
    refreshed, rebuilt = checksums(kept), checksums(settings.published_file)
    kept.unlink()
    return taken, sorted(name for name in refreshed.keys() | rebuilt.keys() if refreshed.get(name) != rebuilt.get(name))


def _figures(taken: Measured) -> dict[str, Any]:
    return {"wall": taken.wall, "cpu": taken.cpu, "peak_bytes": taken.peak()}


def _ensure_room(plan: Plan) -> None:
    place = next(folder for folder in (plan.folder, *plan.folder.parents) if folder.is_dir())
    wanted, free = plan.invoices * BYTES_PER_INVOICE, shutil.disk_usage(place).free
    if free < wanted:
        raise NoRoom(
            f"{plan.invoices:,} invoices take up to {wanted / 1e9:.0f} GB under {plan.folder},"
            f" where {free / 1e9:.0f} GB are free"
        )


def median(runs: list[dict[str, Any]], figure: str) -> float:
    """The median of one figure over several runs."""
    return statistics.median(float(taken[figure]) for taken in runs)


def _say(plan: Plan, step: str) -> None:
    print(f"{plan.invoices:,} invoices: {step}", file=sys.stderr, flush=True)
