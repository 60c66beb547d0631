"""The swap: a candidate becomes a kept snapshot and, by one rename, the published file.

Readers of the published file keep the one they opened; the dashboard opens the snapshot that the pointer names, since
DuckDB in one process goes on serving the old contents of a replaced path.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb

from orchestration.publishing.candidate import Candidate
from orchestration.publishing.publication import Publication, current_publication, pointer_file, write_atomically
from orchestration.settings import Settings


def publish_candidate(settings: Settings, candidate: Candidate) -> Publication:
    """Put a candidate up. Killed at any point, the published file is the old one or the new one, whole."""
    publication = candidate.publication
    snapshot = settings.snapshots_dir / publication.file
    with candidate.path.open("rb") as stream:
        os.fsync(stream.fileno())
    candidate.path.replace(snapshot)
    _put_up(settings, snapshot)
    write_atomically(pointer_file(settings), json.dumps(publication.as_json(), indent=2) + "\n")
    _prune(settings, publication)
    return publication


def recover(settings: Settings) -> None:
    """Finish or clear what a killed refresh left: half-built candidates, drafts, and a pointer older than the file."""
    for leftover in settings.snapshots_dir.glob(".building-*"):
        leftover.unlink()
    for leftover in (*settings.published_dir.glob(".*"), *settings.ops_dir.glob(".last_refresh.json.*")):
        leftover.unlink()
    pointed = current_publication(settings)
    for snapshot in settings.snapshots_dir.glob("cartera_*.duckdb"):
        if settings.published_file.exists() and snapshot.samefile(settings.published_file):
            if pointed is None or pointed.file != snapshot.name:
                found = _read_publication(snapshot)
                write_atomically(pointer_file(settings), json.dumps(found.as_json(), indent=2) + "\n")
            return


def snapshot_name(publication_id: str, as_of: date) -> str:
    """Name of a kept publication, in the order of its day."""
    return f"cartera_{as_of.isoformat()}_{publication_id}.duckdb"


def _put_up(settings: Settings, snapshot: Path) -> None:
    settings.published_dir.mkdir(parents=True, exist_ok=True)
    draft = settings.published_dir / f".cartera.duckdb.{os.getpid()}"
    draft.unlink(missing_ok=True)
    try:
        os.link(snapshot, draft)
    except OSError:  # a file system without hard links
        shutil.copyfile(snapshot, draft)
    draft.replace(settings.published_file)


def _read_publication(snapshot: Path) -> Publication:
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        row = connection.execute("select id, built_at, as_of, checks_passed, checks_total from publication").fetchone()
    assert row is not None  # the candidate is written with exactly one
    return Publication(row[0], snapshot.name, *row[1:])


def _prune(settings: Settings, current: Publication) -> None:
    """Keep the newest publications by the time they were put up; the current one always."""
    kept = sorted(
        settings.snapshots_dir.glob("cartera_*.duckdb"),
        key=lambda path: (path.stat().st_mtime, path.name),
        reverse=True,
    )
    for snapshot in kept[settings.keep_snapshots :]:
        if snapshot.name != current.file:
            snapshot.unlink()
