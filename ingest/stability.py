"""Is somebody still writing this file? Asked before a landed file is read."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.7
# what browsers, copy tools and editors call a file they have not finished
_TEMPORARY_SUFFIXES = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
_TEMPORARY_PREFIXES = (".", "~$")


def is_temporary_name(name: str) -> bool:
    """True for the name of a file that is not finished, or that only accompanies one (`~$report.xlsx`)."""
    lowered = name.casefold()
    return lowered.endswith(_TEMPORARY_SUFFIXES) or lowered.startswith(_TEMPORARY_PREFIXES)


def look(path: Path) -> tuple[int, int] | None:
    """Size in bytes and time of the last change in nanoseconds: what differs between two looks at a file that is
    being written. None where there is no such file.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def still_being_written(files: Iterable[Path]) -> set[Path]:
    """Those of the files that change between two looks.

    One that vanishes in between is among them: whoever moved it will land it again. No clock is read; time only
    passes.
    """
    before = {path: look(path) for path in files}
    if not before:
        return set()
    time.sleep(SECONDS_BETWEEN_LOOKS)
    return {path for path, seen in before.items() if seen is None or look(path) != seen}
