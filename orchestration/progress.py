"""Telling whoever watches what is being done, from any depth, without handing a callback through every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[str, str], None]


def _nobody(step: str, detail: str) -> None:
    """Nobody watches."""


_watcher: ContextVar[Progress] = ContextVar("watcher", default=_nobody)


def say(step: str, detail: str) -> None:
    """Tell the watcher: a step by its name, and what it is at."""
    _watcher.get()(step, detail)


@contextmanager
def watched_by(progress: Progress | None) -> Iterator[None]:
    """Within the block, `say` goes to `progress`."""
    token = _watcher.set(progress or _nobody)
    try:
        yield
    finally:
        _watcher.reset(token)
