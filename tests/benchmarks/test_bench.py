"""The harness: what it measures, what it asks, how it tells it. The runs themselves are `make bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .bench import NoRoom, Plan, run
from .conftest import SMALL, Built
from .process import StepFailed, measure
from .report import rows, table


def _taken(seconds: float, **more: Any) -> dict[str, Any]:
    return {"wall": seconds, "cpu": seconds, "peak_bytes": 10**9, **more}


def _found(invoices: int, *, floor: float, full: float) -> dict[str, Any]:
    def refresh(seconds: float) -> dict[str, Any]:
        return _taken(
            seconds + 9,
            parts={"build": seconds, "publish": 4.0},
            dbt=seconds,
            dbt_start=3.0,
            dbt_cpu=seconds,
            dbt_peak_bytes=13 * 10**9,
            slowest={"int_ledger__entries": 2.5},
        )

    answers = {
        "aging, today": {"first": 1.0, "median": 0.4, "rows": 7},
        "aging as known then, today": {"first": 3.0, "median": 2.5, "rows": 7},
        "bucket totals of all month ends, one company": {"first": 1.0, "median": 0.2, "rows": 7},
    }
    return {
        "invoices": invoices,
        "books": _taken(5, deliveries=[{"documents": 1000, "touched": 1000}, {"documents": 1, "touched": 1}]),
        "builds": [refresh(full)],
        "floors": [_taken(floor)],
        "disagreements": [],
        "questions": _taken(6, answers=answers),
        "published_bytes": 10**9,
        "refreshes": [refresh(18.0), refresh(22.0), refresh(19.0)],
        "readers": {"refresh": refresh(20.0), "seen": [{"seen": {"a": 3, "b": 2}, "errors": [], "slowest": 0.1}]},
        "rebuild": refresh(full),
        "rebuild_differs": ["fct_dispute"],
        "home_bytes": 2 * 10**9,
    }


def test_figures_stand_beside_their_targets() -> None:
    met = {row.what: row.met for row in rows(_found(10_000_000, floor=100, full=199))}
    assert met["full dbt build, wall"] == "yes"
    assert met["full dbt build, peak memory"] == "**no**"
    assert met["refresh with 0.10% of documents touched: dbt part"] == "yes"  # the median, 19 s of 20 s
    assert met["aging, today: 7 rows"] == "yes"
    assert met["aging as known then, today: 7 rows"] == "**no**"
    assert met["bucket totals of all month ends, one company: 7 rows"] == "yes"
    assert met["readers during a refresh: errors"] == "yes"
    slower = {row.what: row.met for row in rows(_found(10_000_000, floor=99, full=199))}
    assert slower["full dbt build, wall"] == "**no**"


def test_a_million_has_targets_of_its_own_and_a_thousand_has_none() -> None:
    million = {row.what: row.limit for row in rows(_found(1_000_000, floor=10, full=30))}
    assert million["full dbt build, wall"] == 40
    assert million["refresh with 0.10% of documents touched: dbt part"] == 10
    assert million["full dbt build, peak memory"] is None
    thousand = {row.what: row.limit for row in rows(_found(1_000, floor=10, full=30))}
    assert {what for what, limit in thousand.items() if limit is not None} == {"readers during a refresh: errors"}


def test_the_table_tells_growth_and_what_differs() -> None:
    told = table([_found(1_000_000, floor=10, full=30), _found(10_000_000, floor=100, full=330)])
    assert "| full dbt build, wall | 330.0 s | ≤ 200.0 s | **no** |" in told
    assert "full dbt build × 11.0 (target ≤ 12)" in told
    assert "Refreshed tables differ from a rebuild: fct_dispute" in told


def test_without_room_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match="are free"):
        run(Plan(10**12, tmp_path / "bench"))
    assert list(tmp_path.iterdir()) == []


def test_a_step_is_measured_as_a_process(built: Built) -> None:
    taken = measure(["questions", built.published, SMALL.last_day, "NORTE", 3])
    answers = json.loads(taken.output)
    assert all(answer["rows"] > 0 for answer in answers.values())
    assert len(answers) == 7
    # Python with DuckDB loaded takes more than a tenth of a second of CPU and tens of megabytes
    assert 0.1 < taken.cpu < taken.wall * 4
    assert 20_000_000 < taken.peak() < 2_000_000_000
    assert taken.peak(until=taken.began) == 0


def test_what_a_step_starts_is_counted_with_it(tmp_path: Path) -> None:
    """A child that holds two hundred megabytes and works for half a second, seen from outside."""
    script = tmp_path / "works_hard.py"
    script.write_text(
        "import time\nheld = bytearray(200_000_000)\n"
        "while time.process_time() < 0.5:\n    held[0] = 1\ntime.sleep(0.2)\n"
    )
    taken = measure(["child", script])
    assert taken.peak() > 200_000_000
    assert 0.4 < taken.cpu_of["works_hard.py"] < taken.cpu


def test_a_step_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="No files found"):
        measure(["floor", tmp_path, tmp_path / "floor.duckdb", SMALL.last_day, "1GB"])
