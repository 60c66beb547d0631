"""Fixtures of every room."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--spark-cluster",
        action="store_true",
        help="run Spark on a standalone cluster, not in one process (make spark)",
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real exports and design beside the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("REAL EXPORTS ABSENT: ../shared/data is not beside the project; nothing real was read")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of few slow tests, which are long pieces: at the end one worker would wait for them alone.

    Within a file the order stays; `make test` has workers take files in this order.
    """
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path not in slow, tests[item.path] if item.path in slow else 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In continuous integration a browser test that was skipped is a failure: there, a browser is always installed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"CI=true, but this browser test was skipped: {report.longrepr}"
    return report
