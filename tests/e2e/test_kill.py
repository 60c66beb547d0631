"""`cartera refresh` killed at any moment: what is published is whole, and running it again gives the same tables.

The moments are not left to chance: most lie just before one exact file operation (killer.py), on both sides of every
step that makes something visible. CARTERA_KILL_MOMENTS=n adds n moments spread evenly over the time a refresh takes.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.clock import stopwatch

from .books import second_delivery
from .command import CARTERA, TODAY, Home
from .conftest import Grown
from .tables import differences, tables_of

KILLER = Path(__file__).with_name("killer.py")
REFRESH: list[str | Path] = [CARTERA, "refresh", "--today", TODAY]
LONG = 1500  # seconds; for machines that are shared


class Attempts:
    """Refreshes of one home that do not come to their end."""

    def __init__(self, home: Home, grown: Grown, base: Home) -> None:
        self.home = home
        self.whole = {base.publication_id(): tables_of(base.published), grown.home.publication_id(): grown.tables}
        self.new = grown.home.publication_id()

    def killed_before(self, event: str, pattern: str) -> None:
        """Run until just before the first such file operation, and there no further."""
        run = self.home.start([sys.executable, KILLER, event, pattern, "refresh", "--today", TODAY])
        assert run.wait(LONG) == -signal.SIGKILL, f"the refresh never came to {event} {pattern}: {self._log()}"
        self.published_is_whole()

    def killed_when(self, is_time: Callable[[], bool]) -> None:
        """Run until `is_time`; then kill the command alone."""
        run = self.home.start(REFRESH)
        while not is_time():
            assert run.poll() is None, f"the refresh ended before it was killed: {self._log()}"
            time.sleep(0.01)
        run.kill()
        assert run.wait(60) == -signal.SIGKILL
        self.published_is_whole()

    def dbt_is_writing(self) -> Callable[[], bool]:
        """Asks whether the next build has come so far that its tables are being written."""
        files = [self.home.path / "warehouse" / name for name in ("build.duckdb", "build.duckdb.wal")]
        for file in files:
            file.unlink(missing_ok=True)
        return lambda: sum(file.stat().st_size for file in files if file.exists()) > 500_000

    def published_is_whole(self) -> None:
        """The published file opens and is the old publication or the new one, to the last cell."""
        found = self.home.publication_id()
        assert found in self.whole
        assert differences(tables_of(self.home.published), self.whole[found]) == []

    def comes_to_its_end(self) -> None:
        """Run once more, undisturbed: the tables are those of a home where nothing ever went wrong."""
        answer = self.home.refresh()
        assert answer.code == 0, answer.err
        assert self.home.publication_id() == self.new
        self.published_is_whole()
        assert f'"{self.new}"' in (self.home.published.parent / "publication.json").read_text(encoding="utf-8")
        assert leftovers(self.home) == []
        assert children_of_the_build(self.home) == []
        again = self.home.refresh()
        assert (again.code, again.data["status"]) == (0, "unchanged")

    def _log(self) -> str:
        return (self.home.path.parent / "run.log").read_text(encoding="utf-8")[-3000:]


def leftovers(home: Home) -> list[str]:
    """What a killed refresh may leave half done, and the next must clear away."""
    patterns = (
        "landing/*", "lake/.incoming/*", "archive/.incoming/*", "snapshots/.building-*", "published/.*", "ops/.last*"
    )  # fmt: skip
    return sorted(str(path.relative_to(home.path)) for pattern in patterns for path in home.path.glob(pattern))


def children_of_the_build(home: Home) -> list[int]:
    """Processes that run with this home's warehouse as theirs: dbt."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            state = (process / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if f"CARTERA_WAREHOUSE={home.path}/".encode() in environment and state != "Z":
            found.append(int(process.name))
    return found


@pytest.fixture
def attempts(base: Home, grown: Grown, tmp_path: Path) -> Attempts:
    """A home like the one `grown` was before its refresh: the first delivery published, the second one landed."""
    home = base.copy_to(tmp_path / "home")
    second_delivery(home.landing)
    return Attempts(home, grown, base)


@pytest.mark.slow
@pytest.mark.timeout(2 * LONG)
def test_killed_at_every_step_then_run_again(attempts: Attempts) -> None:
    lake, published = "*/lake/.incoming/*", "*/published/"
    # loading: the bytes are archived, the rows are not in the lake
    attempts.killed_before("os.rename", lake)
    # loading: the first file's rows are in the lake, the file still in landing
    attempts.killed_before("os.remove", "*/landing/*")
    # loading: the second file's rows are not
    attempts.killed_before("os.rename", lake)
    # the build: dbt writes the warehouse; it is not killed with the command, as when memory runs out, and goes on
    attempts.killed_when(attempts.dbt_is_writing())
    # publishing: the candidate is whole, but not yet a snapshot
    attempts.killed_before("os.rename", "*/snapshots/.building-*")
    assert attempts.home.publication_id() != attempts.new
    # publishing: the file is up, the pointer beside it still names the old one
    attempts.killed_before("os.rename", f"{published}.publication.json.*")
    assert attempts.home.publication_id() == attempts.new
    attempts.comes_to_its_end()


@pytest.mark.slow
@pytest.mark.timeout(2 * LONG)
@pytest.mark.skipif("CARTERA_KILL_MOMENTS" not in os.environ, reason="set CARTERA_KILL_MOMENTS for more moments")
def test_killed_at_moments_spread_evenly(attempts: Attempts, grown: Grown) -> None:
    moments = int(os.environ["CARTERA_KILL_MOMENTS"])
    for moment in range(moments):
        elapsed, seconds = stopwatch(), grown.seconds * (moment + 0.5) / moments
        run = attempts.home.start(REFRESH)
        while run.poll() is None and elapsed() < seconds:
            time.sleep(0.01)
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait(60)
        attempts.published_is_whole()
    attempts.comes_to_its_end()
