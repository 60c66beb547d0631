"""What every command shares: the options --json and --home, and how a failure ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from orchestration.clock import Clock
    from orchestration.console import Console
    from orchestration.settings import Settings


@dataclass
class Call:
    """One call of the command: what was asked for globally, before any command's own options."""

    as_json: bool = False
    home: Path | None = None

    @cached_property
    def console(self) -> Console:
        """Where this call prints."""
        from orchestration.console import Console

        return Console(as_json=self.as_json)

    @cached_property
    def home_path(self) -> Path:
        """The home's absolute path, whether it exists or not."""
        from orchestration.settings import home_path

        return home_path(self.home)

    def settings(self, *, create: bool = False) -> Settings:
        """The checked settings of the home; `create` makes a home that isn't there, and says so."""
        from orchestration.home import open_home

        is_new = not self.home_path.exists()
        settings = open_home(self.home_path, create=create)
        if is_new:
            self.console.note(f"A new home was made: {settings.home}")
        return settings

    def clock(self, settings: Settings, today: str | None = None) -> Clock:
        """The clock of this call; `today` is the text of --today."""
        from orchestration.clock import Clock, parse_day

        day: date | None = parse_day(today, where="option --today") if today is not None else None
        return Clock.from_environment(settings.time_zone, day, pinned=settings.pinned_today)


def call_of(context: typer.Context) -> Call:
    """The call a context belongs to."""
    call = context.find_root().ensure_object(Call)
    assert isinstance(call, Call)
    return call


def _note_json(context: typer.Context, value: bool) -> bool:
    if value:
        call_of(context).as_json = True
    return value


def _note_home(context: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        call_of(context).home = value
    return value


# Taken by every command, so that both may stand before or after its name; the callbacks note them in the call.
Json = Annotated[
    bool, typer.Option("--json", callback=_note_json, is_eager=True, help="Answer in JSON, for other programs.")
]
Home = Annotated[
    Path | None,
    typer.Option("--home", callback=_note_home, is_eager=True, help="The home folder (else CARTERA_HOME, ./.cartera)."),
]
Today = Annotated[
    str | None, typer.Option("--today", metavar="DATE", help="Work as of this day, YYYY-MM-DD (else CARTERA_TODAY).")
]
