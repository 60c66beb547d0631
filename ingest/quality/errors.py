"""What can go wrong while checking: never to be confused with a check that failed."""

from __future__ import annotations

from ingest.errors import IngestError


class QualityCrashed(IngestError):
    """A check could not be evaluated. It says nothing about the data, so no verdict is given on any batch."""

    code = "quality_crashed"


class BatchUnreadable(IngestError):
    """A folder of the lake that is not a whole batch: its manifest or one of its files cannot be read."""

    code = "batch_unreadable"
