"""Fixtures of every room."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real exports and design beside the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("REAL EXPORTS ABSENT: ../shared/data is not beside the project; nothing real was read")
    return SHARED


# Folders whose tests share a home that takes long to build: one worker runs all of them. Elsewhere a file stays whole.
SHARED_HOMES = ("dbt", "e2e", "ledger")
# The longest of e2e: worth a second building of its home, so that no worker waits for the other at the end.
APART = ("e2e/test_kill.py", "e2e/test_idempotent.py")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in a hook of its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell pytest-xdist (--dist loadgroup) what belongs together."""
    for item in items:
        file = item.path.relative_to(PROJECT / "tests")
        if file.as_posix() in APART:
            group = "apart"
        else:
            group = file.parts[0] if file.parts[0] in SHARED_HOMES else file.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In continuous integration a browser test that was skipped is a failure: there, a browser is always installed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"CI=true, but this browser test was skipped: {report.longrepr}"
    return report
