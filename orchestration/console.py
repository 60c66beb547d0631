"""What a command prints: results to stdout, progress and errors to stderr, all of it as JSON when asked."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from orchestration.clock import stopwatch
from orchestration.errors import CarteraError

Progress = Callable[[str, str], None]


def jsonable(value: object) -> object:
    """For json.dumps: decimals as exact text, days and times as ISO text, paths as text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def as_text(value: object) -> str:
    """A value as JSON text, indented, letters as they are."""
    return json.dumps(value, default=jsonable, ensure_ascii=False, indent=2)


class Console:
    """The way of one command to its reader.

    With `as_json`, stdout holds exactly one JSON value: whatever libraries print meanwhile goes to stderr.
    """

    def __init__(self, *, as_json: bool = False, out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        self.err = err or sys.stderr

    @property
    def is_live(self) -> bool:
        """Whether a person watches: then progress moves in place, otherwise it is plain lines."""
        return not self.as_json and self.err.isatty()

    def result(self, data: object, lines: Sequence[str]) -> None:
        """The command's answer: `data` as JSON, or the lines for people."""
        print(as_text(data) if self.as_json else "\n".join(lines), file=self.out, flush=True)

    def note(self, text: str) -> None:
        """A remark beside the result; not for scripts."""
        if not self.as_json:
            print(text, file=self.err, flush=True)

    def error(self, error: CarteraError) -> None:
        """An error, for people or as {"error": {…}}."""
        if self.as_json:
            print(as_text({"error": error.as_json()}), file=self.err, flush=True)
            return
        first, *rest = error.lines()
        print("\n".join([f"cartera: {first}", *rest]), file=self.err, flush=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A function (step, detail) to call on the way: a moving line on a terminal, plain lines elsewhere."""
        with self._stdout_kept_clean():
            if self.as_json:
                yield lambda step, detail: None
            elif self.is_live:
                yield from self._moving()
            else:
                elapsed = stopwatch()
                yield lambda step, detail: self.note(f"[{elapsed():6.1f} s] {_joined(step, detail)}")

    def _moving(self) -> Iterator[Progress]:
        from rich.console import Console as RichConsole
        from rich.markup import escape
        from rich.progress import Progress as RichProgress
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with RichProgress(*columns, console=RichConsole(file=self.err), transient=True) as bar:
            task = bar.add_task("…", total=None)
            current = ""

            def report(step: str, detail: str) -> None:
                nonlocal current
                if current and step != current:
                    bar.console.print(f"[green]✓[/] {escape(current)}")
                current = step
                bar.update(task, description=escape(_joined(step, detail)))

            yield report
            if current:
                bar.console.print(f"[green]✓[/] {escape(current)}")

    @contextmanager
    def _stdout_kept_clean(self) -> Iterator[None]:
        if not self.as_json or self.out is not sys.__stdout__:
            yield
            return
        self.out.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
        try:
            yield
        finally:
            sys.stdout.flush()
            os.dup2(kept, 1)
            os.close(kept)


def _joined(step: str, detail: str) -> str:
    return f"{step}: {detail}" if detail else step


def failure_log(home: Path) -> Path:
    """Where the traceback of an unexpected failure is kept."""
    return home / "ops" / "logs" / "failures.log"


def human_bytes(count: int) -> str:
    """A size for people: 1.4 GB."""
    size: Any = count
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size = size / 1000
    return f"{size:.1f} TB"
