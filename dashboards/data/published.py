"""The publication people read: which one is current, and a read-only connection to its own kept copy.

`published/cartera.duckdb` is replaced under its readers; the dashboards therefore open the copy in `snapshots/`
that `published/publication.json` names. A new publication is a new path, and the path is the key of every cache.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import streamlit as st

POINTER = "publication.json"
LAST_REFRESH = "last_refresh.json"
MAX_POINTER_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication: `path` its kept copy, `as_of` the day it is stated for, `built_at` naive UTC."""

    id: str
    path: str
    built_at: datetime | None
    as_of: date


@dataclass(frozen=True, slots=True)
class LastRefresh:
    """How the last refresh ended; `status` is published, unchanged, refused or failed."""

    status: str
    at: datetime | None
    reason: dict[str, str]

    @property
    def is_bad(self) -> bool:
        """The page shows older figures than somebody meant it to."""
        return self.status in {"refused", "failed"}


class NothingPublished(Exception):
    """There is no publication to show: `found` says what was looked at, `missing_copy` that a pointer leads nowhere."""

    def __init__(self, found: str, *, missing_copy: bool = False) -> None:
        super().__init__(found)
        self.found = found
        self.missing_copy = missing_copy


def read_publication(published_dir: Path, snapshots_dir: Path) -> Publication:
    """The current publication. Raises NothingPublished when there is none, or its copy is gone."""
    pointer = published_dir / POINTER
    document = _read_json(pointer)
    if document is None:
        raise NothingPublished(str(pointer))
    try:
        # only a bare file name: a pointer must never lead outside of snapshots/
        name = Path(str(document["file"])).name
        publication = Publication(
            id=str(document["id"]),
            path=str(snapshots_dir / name),
            built_at=_moment(document.get("built_at")),
            as_of=date.fromisoformat(str(document["as_of"])[:10]),
        )
    except (KeyError, ValueError) as error:
        raise NothingPublished(f"{pointer}: {error}", missing_copy=True) from error
    if not Path(publication.path).is_file():
        raise NothingPublished(publication.path, missing_copy=True)
    return publication


def read_last_refresh(ops_dir: Path) -> LastRefresh | None:
    """How the last refresh ended; None when nobody has said so."""
    document = _read_json(ops_dir / LAST_REFRESH)
    if document is None:
        return None
    return LastRefresh(
        status=str(document.get("status", "")),
        at=_moment(document.get("at")),
        reason={language: str(document.get(f"reason_{language}") or "") for language in ("es", "en")},
    )


def pulse(published_dir: Path, ops_dir: Path) -> tuple[str, ...]:
    """What must differ before an open page is drawn anew. Cheap: two small files."""
    publication = _read_json(published_dir / POINTER) or {}
    refresh = _read_json(ops_dir / LAST_REFRESH) or {}
    return (
        str(publication.get("id", "")),
        str(refresh.get("status", "")),
        # a refresh that changed nothing is no reason to redraw
        str(refresh.get("at", "")) if refresh.get("status") in {"refused", "failed"} else "",
    )


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda connection: connection.close())
def open_published(path: str) -> duckdb.DuckDBPyConnection:
    """A read-only connection to one publication's copy, shared by all sessions; take a cursor of it per query."""
    connection = duckdb.connect(path, read_only=True)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def query(path: str, sql: str, parameters: dict[str, Any] | None = None) -> pa.Table:
    """The answer of one query of one publication as an Arrow table, decimals exact."""
    return open_published(path).cursor().execute(sql, parameters or {}).to_arrow_table()


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > MAX_POINTER_BYTES:
            return None
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # absent, or not readable as what it should be: the page says that nothing is published
    return document if isinstance(document, dict) else None


def _moment(value: object) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
