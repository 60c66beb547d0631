"""What every step of one refresh shares: settings, clock and the writer's lock, held from first step to last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from orchestration.clock import Clock
from orchestration.last_refresh import note_error
from orchestration.lock import writer_lock
from orchestration.outcome import outcome
from orchestration.publishing import recover
from orchestration.quality_gate import blocked
from orchestration.settings import Settings, load_settings

# A run that the sensor started while somebody refreshes by hand: it would not be asked for again.
WAIT_SECONDS = 900


class RefreshRun(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One refresh of a home. `today` (ISO) is the day of this run; empty: CARTERA_TODAY, cartera.yml, local date.

    With `rebuild` it publishes even what is published already.
    """

    home: str
    today: str = ""
    rebuild: bool = False

    _settings: Settings = PrivateAttr()
    _clock: Clock = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[RefreshRun]:
        """Take the lock, put right what a killed refresh left, and hold the lock until the run is over."""
        self._settings = load_settings(Path(self.home))
        self._clock = Clock.from_environment(
            self._settings.time_zone,
            date.fromisoformat(self.today) if self.today else None,
            pinned=self._settings.pinned_today,
        )
        with writer_lock(self._settings, wait_seconds=WAIT_SECONDS):
            recover(self._settings)
            yield self

    @property
    def settings(self) -> Settings:
        """The settings as they stood when the run began."""
        return self._settings

    @property
    def clock(self) -> Clock:
        """The clock of this run."""
        return self._clock


@dg.failure_hook(required_resource_keys={"run"})
def note_failure(context: dg.HookContext) -> None:
    """Leave word of a failed step: a run that a sensor started has nobody who reads its error."""
    run: RefreshRun = context.resources.run
    failures = outcome().gate.failures
    error = blocked(failures) if failures else context.op_exception
    if error is not None:
        note_error(run.settings, run.clock, error, outcome())
