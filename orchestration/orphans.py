"""A dbt that outlived its refresh: remembered while it runs, ended before the next build touches the same files.

A refresh that is killed alone (out of memory, `kill -9`) leaves its dbt behind, which goes on writing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.02


def remember(note: Path, pid: int) -> None:
    """Note which process is at work, by its number and the moment it started (numbers come again)."""
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{pid} {_started(pid) or ''}", encoding="utf-8")


def end_orphan(note: Path) -> None:
    """End the process of the note if it still runs, and wait until it is gone. The caller holds the writer lock."""
    try:
        pid_text, started = note.read_text(encoding="utf-8").split()
    except (FileNotFoundError, ValueError):
        return
    pid = int(pid_text)
    if _started(pid) == started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        left = _PATIENCE_SECONDS
        while left > 0 and _started(pid) == started:
            time.sleep(_PAUSE_SECONDS)
            left -= _PAUSE_SECONDS
    note.unlink(missing_ok=True)


def _started(pid: int) -> str | None:
    """The kernel's clock tick of the process's start; None when it is gone (or where there is no /proc)."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if state in "ZX" else rest[18]
