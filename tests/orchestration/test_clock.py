"""The day is handed in, with a fixed order of who says it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.clock import Clock, parse_day
from orchestration.errors import WrongUsage

PROJECT = Path(__file__).parents[2]
OPTION, VARIABLE, FILE = date(2026, 1, 1), date(2026, 2, 2), date(2026, 3, 3)


@pytest.mark.parametrize(
    ("option", "variable", "pinned", "expected"),
    [
        (OPTION, VARIABLE, FILE, OPTION),
        (None, VARIABLE, FILE, VARIABLE),
        (None, None, FILE, FILE),
    ],
    ids=["option wins", "then the variable", "then cartera.yml"],
)
def test_who_says_the_day(option: date | None, variable: date | None, pinned: date | None, expected: date) -> None:
    environ = {"CARTERA_TODAY": variable.isoformat()} if variable else {}
    assert Clock.from_environment("UTC", option, pinned=pinned, environ=environ) == Clock(expected, fixed=True)


def test_without_a_named_day_it_is_the_companys_local_date() -> None:
    # Kiritimati is 14 hours ahead of UTC and Pago Pago 11 behind: at no moment do they have the same date.
    east = Clock.from_environment("Pacific/Kiritimati", environ={})
    west = Clock.from_environment("Pacific/Pago_Pago", environ={})
    assert not east.fixed
    assert east.today - west.today in (timedelta(days=1), timedelta(days=2))


def test_a_fixed_day_keeps_the_real_time_of_day() -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    now = Clock(date(2020, 2, 29), fixed=True).now()
    after = datetime.now(UTC).replace(tzinfo=None)
    assert now.date() == date(2020, 2, 29)
    assert now.tzinfo is None
    assert before.time() <= now.time() <= after.time() or before.date() != after.date()


def test_an_empty_variable_is_no_day() -> None:
    assert not Clock.from_environment("UTC", environ={"CARTERA_TODAY": " "}).fixed


@pytest.mark.parametrize("text", ["2026-02-30", "30/06/2026", "20260630", "2026-W27-2", "today", "2026-6-30"])
def test_a_day_that_is_none_is_wrong_usage(text: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        Clock.from_environment("UTC", environ={"CARTERA_TODAY": text})
    assert caught.value.exit_code == 2
    assert "CARTERA_TODAY" in caught.value.where
    assert text in caught.value.found
    with pytest.raises(WrongUsage, match="option --today"):
        parse_day(text, where="option --today")


def test_nobody_else_looks_at_the_systems_clock() -> None:
    looks = re.compile(
        r"\b(datetime\.now|datetime\.today|date\.today|utcnow|time\.time|time\.monotonic|perf_counter|time_ns)\("
        r"|\b(current_date|current_timestamp|now\(\)|today\(\)|localtimestamp)\b"
    )
    folders = [PROJECT / room for room in ("ingest", "orchestration", "dashboards", "dbt_project")]
    files = [
        path
        for folder in folders
        for pattern in ("*.py", "*.sql")
        for path in folder.rglob(pattern)
        if not {"target", "dbt_packages", "logs"} & set(path.parts)
    ]
    assert len(files) > 50
    guilty = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in files
        if path != PROJECT / "orchestration" / "clock.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if looks.search(line.split("#")[0].split("--")[0]) and "clock.now()" not in line
    ]
    assert guilty == []
