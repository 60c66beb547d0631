"""A command measured from outside, as a whole process with all it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command took: seconds by the clock and of CPU, and the memory of its processes together, moment by moment.

    `began` and the moments of `resident` (seconds, bytes) are on the clock of time.monotonic(), which all processes of
    a machine share.
    """

    began: float
    wall: float
    cpu: float
    resident: tuple[tuple[float, int], ...]
    output: str

    def peak(self, since: float = float("-inf"), until: float = float("inf")) -> int:
        """The most bytes held at one moment, or at one between two moments."""
        return max((size for moment, size in self.resident if since <= moment < until), default=0)


class StepFailed(Exception):
    """A measured command ended with an error; the message is its last words."""


@dataclass
class _Watch:
    """Samples the memory of a process and its descendants. Pages that several of them share count for each."""

    root: int
    samples: list[tuple[float, int]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self.samples.append((time.monotonic(), sum(_resident(pid) for pid in _family(self.root))))

    def stop(self) -> None:
        self._stop.set()


def measure(arguments: Sequence[object], *, environment: dict[str, str] | None = None) -> Measured:
    """Run a step with these arguments, paths absolute, to its end. Raises StepFailed when it fails."""
    began = time.monotonic()
    process = start(arguments, environment=environment)
    watch = _Watch(process.pid)
    watcher = threading.Thread(target=watch.run, daemon=True)
    watcher.start()
    before = os.times()
    output, words = process.communicate()
    wall, after = time.monotonic() - began, os.times()
    watch.stop()
    watcher.join()
    if process.returncode:
        raise StepFailed(f"{' '.join(map(str, arguments))} ended with {process.returncode}:\n{words[-3000:]}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Measured(began, wall, cpu, tuple(watch.samples), output)


def start(arguments: Sequence[object], *, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a step (see steps.py) in a process of its own, its streams as pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.steps", *map(str, arguments)],
        cwd=_ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _family(root: int) -> Iterator[int]:
    """The process and its descendants, as they are now."""
    parents: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                # the name of the program stands in brackets and may hold anything
                fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, [])


def _resident(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
