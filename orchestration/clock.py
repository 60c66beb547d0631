"""The one place that looks at the system's clock; everybody else is handed a `Clock`."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from orchestration.errors import WrongUsage

TODAY_VARIABLE = "CARTERA_TODAY"


@dataclass(frozen=True, slots=True)
class Clock:
    """The day everything is computed for.

    `fixed` says that somebody named the day (a past day is being reproduced, or the demo runs on its own);
    otherwise `today` is the company's local date when the command started.
    """

    today: date
    fixed: bool

    def now(self) -> datetime:
        """Naive UTC. With a fixed day: that day with the real time of day, so that order within a day is kept."""
        now = datetime.now(UTC).replace(tzinfo=None)
        return datetime.combine(self.today, now.time()) if self.fixed else now

    @classmethod
    def from_environment(
        cls,
        time_zone: str,
        today: date | None = None,
        *,
        pinned: date | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Clock:
        """The clock of a command: `today` (the option `--today`), else CARTERA_TODAY, else `pinned`
        (`clock: {today: …}` of cartera.yml), else today's date in `time_zone` (an IANA name).

        Raises WrongUsage when CARTERA_TODAY is not a date.
        """
        named = today or _today_from(os.environ if environ is None else environ) or pinned
        if named is not None:
            return cls(today=named, fixed=True)
        return cls(today=datetime.now(ZoneInfo(time_zone)).date(), fixed=False)


def _today_from(environ: Mapping[str, str]) -> date | None:
    text = environ.get(TODAY_VARIABLE, "").strip()
    return parse_day(text, where=f"environment variable {TODAY_VARIABLE}") if text else None


def parse_day(text: str, *, where: str) -> date:
    """An ISO date (2026-06-30) from what a person typed; WrongUsage, naming `where`, when it is none."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is None:
            raise ValueError(text)  # Python also reads 20260630 and 2026-W27-2; one way of writing is enough
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(
            "the day is not a date of the calendar",
            where=where,
            found=repr(text),
            expected="a day as YYYY-MM-DD, for example 2026-06-30",
            next_step="write the day in that form, or leave it out for today's date",
        ) from None


def stopwatch() -> Callable[[], float]:
    """Starts now; each call of what it returns gives the seconds since then. For progress, never for data."""
    start = time.monotonic()
    return lambda: time.monotonic() - start
