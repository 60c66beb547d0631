"""`cartera ingest`, `refresh` and `rebuild`: the pipeline, called and told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.cli.common import Call
from orchestration.errors import BadInput


def ingest(call: Call, paths: Sequence[Path], *, source: str | None, company: str | None, today: str | None) -> None:
    """Load files and folders into the lake. A home that isn't there is made first."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise BadInput(
            "there is no such file or folder",
            where=", ".join(str(path) for path in missing),
            expected="paths of exports; nothing was loaded",
            next_step="check the spelling and the folder you are in",
        )
    settings = call.settings(create=True)
    clock = call.clock(settings, today)
    from orchestration import pipeline

    with call.console.progress() as progress:
        summary = pipeline.ingest_paths(settings, clock, paths, source=source, company=company, progress=progress)
    call.console.result(summary.as_json(), summary.lines())


def refresh(call: Call, *, today: str | None, rebuild: bool) -> None:
    """Bring the publication up to date; with `rebuild`, from the lake and from nothing."""
    settings = call.settings()
    clock = call.clock(settings, today)
    from orchestration import pipeline

    with call.console.progress() as progress:
        result = pipeline.refresh(settings, clock, rebuild=rebuild, progress=progress)
    call.console.result(result.as_json(), result.lines())
