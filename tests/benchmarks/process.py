"""A command measured from outside, as a whole process with all it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command took: seconds by the clock and of CPU, and the memory of its processes together, moment by moment.

    `began` and the moments of `resident` (seconds, bytes) are on the clock of time.monotonic(), which all processes of
    a machine share. `cpu_of` has the seconds of CPU by the name of the program, as last seen while it ran.
    """

    began: float
    wall: float
    cpu: float
    cpu_of: dict[str, float]
    resident: tuple[tuple[float, int], ...]
    output: str

    def peak(self, since: float = float("-inf"), until: float = float("inf")) -> int:
        """The most bytes held at one moment, or at one between two moments."""
        return max((size for moment, size in self.resident if since <= moment < until), default=0)


class StepFailed(Exception):
    """A measured command ended with an error; the message is its last words."""


@dataclass
class _Watch:
    """Samples memory and CPU of a process and its descendants. Pages that several of them share count for each."""

    root: int
    resident: list[tuple[float, int]] = field(default_factory=list)
    cpu: dict[int, tuple[str, float]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self._look()

    def stop(self) -> None:
        self._stop.set()

    def cpu_of(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, seconds in self.cpu.values():
            found[name] = found.get(name, 0) + seconds
        return found

    def _look(self) -> None:
        family = _family(self.root)
        self.resident.append((time.monotonic(), sum(one.resident for one in family)))
        for one in family:
            name = self.cpu[one.pid][0] if one.pid in self.cpu else _program(one.pid)
            self.cpu[one.pid] = (name, one.cpu)


@dataclass(frozen=True, slots=True)
class _Process:
    """One line of the system's table of processes: bytes of memory, seconds of CPU."""

    pid: int
    parent: int
    resident: int
    cpu: float


def measure(arguments: Sequence[object], *, environment: dict[str, str] | None = None) -> Measured:
    """Run a step with these arguments, paths absolute, to its end. Raises StepFailed when it fails."""
    began = time.monotonic()
    before = os.times()
    process = start(arguments, environment=environment)
    watch = _Watch(process.pid)
    watcher = threading.Thread(target=watch.run, daemon=True)
    watcher.start()
    try:
        output, words = process.communicate()
    finally:
        if process.poll() is None:  # whoever stops a benchmark stops its step, too
            process.kill()
        watch.stop()
        watcher.join()
    wall, after = time.monotonic() - began, os.times()
    if process.returncode:
        raise StepFailed(f"{' '.join(map(str, arguments))} ended with {process.returncode}:\n{words[-3000:]}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Measured(began, wall, cpu, watch.cpu_of(), tuple(watch.resident), output)


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


def _family(root: int) -> list[_Process]:
    """The process and its descendants, as they are now."""
    children: dict[int, list[_Process]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (found := _read(int(entry.name))):
            children.setdefault(root if found.pid == root else found.parent, []).append(found)
    family: list[_Process] = []
    waiting = [one for one in children.get(root, []) if one.pid == root]
    while waiting:
        one = waiting.pop()
        family.append(one)
        waiting += [child for child in children.get(one.pid, []) if child.pid != one.pid]
    return family


def _read(pid: int) -> _Process | None:
    try:
        # the name of the program stands in brackets and may hold anything
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None  # it has ended meanwhile
    return _Process(pid, int(fields[1]), int(fields[21]) * _PAGE, (int(fields[11]) + int(fields[12])) / _TICKS)


def _program(pid: int) -> str:
    """The script an interpreter runs, else the program itself."""
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    script = words[1] if len(words) > 1 and "python" in words[0] and not words[1].startswith("-") else words[0]
    return Path(script).name
