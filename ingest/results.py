"""What a look at a file, or its loading, tells back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ingest.reasons import Reject
from ingest.summary import EntitySummary


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file would become. Nothing was written.

    notes: what its lookups did not find · known_as: `reference` or `unused` for a file that becomes no rows.
    """

    source: str
    profile: str
    confidence: float
    why: str
    entities: dict[str, EntitySummary]
    rejected: tuple[Reject, ...]
    rows_in_file: int
    rows_rejected: int
    would_be_refused: str | None
    notes: tuple[str, ...] = ()
    known_as: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As `cartera sources try FILE --json` prints it (docs: the contract page, section 2)."""
        return {
            "source": self.source,
            "profile": self.profile,
            "confidence": self.confidence,
            "why": self.why,
            "entities": {name: summary.as_json() for name, summary in self.entities.items()},
            "rejected": [reject.as_json() for reject in self.rejected],
            "rows_in_file": self.rows_in_file,
            "rows_rejected": self.rows_rejected,
            "would_be_refused": self.would_be_refused,
            "notes": list(self.notes),
            "known_as": self.known_as,
        }


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What loading a file did.

    already_loaded: the same bytes are in the lake; `loaded_at` and `file_name` are those of that time.
    refused: nothing of it was loaded; `reason` says why, `kept_at` where the file is.
    notes: what its lookups did not find.
    """

    status: Literal["loaded", "already_loaded", "refused"]
    batch_id: str
    source: str | None
    file_name: str
    loaded_at: datetime
    rows: dict[str, int]
    entities: dict[str, EntitySummary]
    rejected: tuple[Reject, ...]
    rows_in_file: int
    rows_rejected: int
    reason: str | None
    kept_at: Path | None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, for `cartera ingest --json`."""
        return {
            "status": self.status,
            "batch_id": self.batch_id,
            "source": self.source,
            "file_name": self.file_name,
            "loaded_at": self.loaded_at.isoformat(),
            "rows": self.rows,
            "entities": {name: summary.as_json() for name, summary in self.entities.items()},
            "rejected": [reject.as_json() for reject in self.rejected],
            "rows_in_file": self.rows_in_file,
            "rows_rejected": self.rows_rejected,
            "reason": self.reason,
            "notes": list(self.notes),
        }
