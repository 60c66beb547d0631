"""Is somebody still writing this file? Asked before a landed file is read."""

from __future__ import annotations

import time
from pathlib import Path

# what browsers, copy tools and editors call a file they have not finished
_TEMPORARY_SUFFIXES = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
_TEMPORARY_PREFIXES = (".", "~$")


def is_temporary_name(name: str) -> bool:
    """True for the name of a file that is not finished, or that only accompanies one (`~$report.xlsx`)."""
    lowered = name.casefold()
    return lowered.endswith(_TEMPORARY_SUFFIXES) or lowered.startswith(_TEMPORARY_PREFIXES)


def is_still_being_written(path: Path, *, pause: float = 0.5) -> bool:
    """True if the name is temporary, or size or modification time change within `pause` seconds.

    A file that vanishes in between counts as still being written: whoever moved it will land it again. No clock is
    read; time only passes.
    """
    if is_temporary_name(path.name):
        return True
    before = _look(path)
    time.sleep(pause)
    return before is None or before != _look(path)


def _look(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns
