"""Who may import whom: the rooms depend on each other in one direction only, and one module looks at the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("ingest", "orchestration", "dashboards", "tests", "docs")
# What each room may import of ours besides itself.
MAY_IMPORT = {
    "ingest": (),
    "orchestration": ("ingest",),
    "dashboards": ("orchestration.settings", "orchestration.clock", "orchestration.store", "orchestration.errors"),
}
CLOCK = Path("orchestration/clock.py")
# Names a module would ask the time of. `time.sleep` only passes it.
ASKS_THE_TIME = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it leads"
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = (room, *MAY_IMPORT[room])
    strays = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if name.split(".")[0] in ROOMS and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    }
    assert not strays


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_nobody_but_the_clock_asks_what_time_it_is(room: str) -> None:
    asked = {
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in modules(room)
        if path.relative_to(ROOT) != CLOCK
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ASKS_THE_TIME
        and ast.unparse(node.value) in {"time", "datetime", "date", "dt.datetime", "dt.date", "datetime.datetime"}
    }
    assert not asked


def test_no_model_asks_the_system_for_the_day() -> None:
    words = ("current_date", "current_timestamp", "now()", "today()", "get_current_time", "localtimestamp")
    files = [*(ROOT / "dbt_project").glob("m*/**/*.sql"), *(ROOT / "orchestration").rglob("*.sql")]
    assert len(files) > 50
    asked = {f"{path.name}: {word}" for path in files for word in words if word in path.read_text("utf-8").lower()}
    assert not asked
