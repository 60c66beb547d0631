"""Which publication is current: a small pointer beside the published file, so nobody has to open it to know."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication. `id` names its inputs: same lake, settings, day and code give the same id.

    `file` is the name of its kept copy under snapshots/; `built_at` is naive UTC.
    """

    id: str
    file: str
    built_at: datetime
    as_of: date
    checks_passed: int
    checks_total: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, times and days as ISO text."""
        return {**asdict(self), "built_at": self.built_at.isoformat(), "as_of": self.as_of.isoformat()}


def pointer_file(settings: Settings) -> Path:
    """Where the pointer to the current publication is kept."""
    return settings.published_dir / "publication.json"


def current_publication(settings: Settings) -> Publication | None:
    """The publication people read now; None before the first one."""
    try:
        found = json.loads(pointer_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Publication(
        id=found["id"],
        file=found["file"],
        built_at=datetime.fromisoformat(found["built_at"]),
        as_of=date.fromisoformat(found["as_of"]),
        checks_passed=found["checks_passed"],
        checks_total=found["checks_total"],
    )


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file so that a reader sees the old text or the new one, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
