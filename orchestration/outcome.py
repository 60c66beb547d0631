"""What the steps of one refresh found out, gathered for whoever asked for it.

The steps run in one process but know each other only through files; this is their shared notebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from orchestration.alerts import SendReport
from orchestration.build import DbtChecks
from orchestration.landing import Landing
from orchestration.quality_gate import Gate
from orchestration.release import Release


@dataclass
class Outcome:
    """One refresh so far; None where a step has not come to its end."""

    landing: Landing = field(default_factory=Landing)
    gate: Gate = field(default_factory=Gate)
    checks: DbtChecks | None = None
    release: Release | None = None
    sending: SendReport | None = None


# A run that Dagster starts has no one waiting for its outcome, but its steps still read each other's notes.
_outcome: ContextVar[Outcome] = ContextVar("outcome")
_of_this_process = Outcome()


def outcome() -> Outcome:
    """The outcome being gathered."""
    return _outcome.get(_of_this_process)


@contextmanager
def gathering() -> Iterator[Outcome]:
    """Within the block, steps note into the Outcome it gives."""
    gathered = Outcome()
    token = _outcome.set(gathered)
    try:
        yield gathered
    finally:
        _outcome.reset(token)


def note_landing(landing: Landing) -> None:
    """Files were loaded and refused."""
    outcome().landing = landing


def note_gate(gate: Gate) -> None:
    """New batches were checked."""
    outcome().gate = gate


def note_checks(checks: DbtChecks) -> None:
    """The data tests ran."""
    outcome().checks = checks


def note_release(done: Release) -> None:
    """A publication was put up."""
    outcome().release = done


def note_sending(report: SendReport) -> None:
    """The outbox was sent."""
    outcome().sending = report
