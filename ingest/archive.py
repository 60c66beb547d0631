"""Keeping the bytes: every accepted file by its SHA-256, every refused one for people to look at."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import UnreadableFile

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Staged:
    """A private copy of a landed file, so that what is hashed, read and kept are the same bytes."""

    path: Path
    name: str
    sha256: str
    size: int

    def keep(self, archive: Path) -> Path:
        """Move the copy to `archive/<first two digits>/<sha256>__<name>` and return that path."""
        return self._move(archive / self.sha256[:2] / f"{self.sha256}__{self.name}")

    def refuse(self, rejected_dir: Path) -> Path:
        """Move the copy to `rejected_dir/<sha256>__<name>` and return that path."""
        return self._move(rejected_dir / f"{self.sha256}__{self.name}")

    def discard(self) -> None:
        """Remove the copy, if it is still there."""
        self.path.unlink(missing_ok=True)

    def _move(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        return target


def stage(path: Path, archive: Path) -> Staged:
    """Copy `path` to a private place beside the archive (same file system, so the later move is atomic), hashing it.

    Raises UnreadableFile if it cannot be read; OSError if the archive cannot be written.
    """
    folder = archive / ".incoming"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{os.getpid()}__{path.name}"
    digest = hashlib.sha256()
    size = 0
    try:
        source = path.open("rb")
    except OSError as error:
        raise UnreadableFile(
            "the file cannot be opened",
            where=str(path),
            found=error.strerror or str(error),
            expected="a file this user may read",
            next_step="check that it exists and its permissions",
        ) from error
    with source, copy.open("wb") as out:
        while block := source.read(_BLOCK):
            digest.update(block)
            out.write(block)
            size += len(block)
        out.flush()
        os.fsync(out.fileno())
    return Staged(copy, path.name, digest.hexdigest(), size)
