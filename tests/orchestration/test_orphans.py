"""A process remembered is ended; one that merely has its number is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.orphans import end_orphan, remember

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="NO /proc HERE: nobody looks for orphans")


@pytest.fixture
def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def test_one_that_still_runs_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    remember(tmp_path / "w" / "pid", sleeper.pid)
    end_orphan(tmp_path / "w" / "pid")
    assert sleeper.wait(1) == -9
    assert not (tmp_path / "w" / "pid").exists()


def test_another_with_the_same_number_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    (tmp_path / "pid").write_text(f"{sleeper.pid} 1", encoding="utf-8")
    end_orphan(tmp_path / "pid")
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


@pytest.mark.parametrize("text", ["", "4194399 12", "damaged"])
def test_a_note_that_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pid").write_text(text, encoding="utf-8")
    end_orphan(tmp_path / "pid")
    end_orphan(tmp_path / "none")
