"""Keeping the bytes: every accepted file by its SHA-256, every refused one for people to look at."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import CannotOpen

_BLOCK = 1 << 20
_INCOMING = ".incoming"
# What file systems allow for one name.
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Staged:
    """A private copy of a landed file, so that what is hashed, read and kept are the same bytes."""

    path: Path
    name: str  # of the landed file, as people can read it
    sha256: str
    size: int

    def keep(self, archive: Path) -> Path:
        """Move the copy to `archive/<first two digits>/<sha256>__<name>` and return that path."""
        return self._move(archive / self.sha256[:2] / _kept_name(self.sha256, self.name))

    def refuse(self, rejected_dir: Path) -> Path:
        """Move the copy to `rejected_dir/<sha256>__<name>` and return that path."""
        return self._move(rejected_dir / _kept_name(self.sha256, self.name))

    def discard(self) -> None:
        """Remove the copy, if it is still there."""
        self.path.unlink(missing_ok=True)

    def _move(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        return target


def readable_name(path: Path) -> str:
    """The file's name as text that can be printed and kept: bytes that are no UTF-8 and control characters escaped."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in path.name
    )


def _kept_name(prefix: str, name: str) -> str:
    """`<prefix>__<name>`; of a name too long for the file system the middle is left out, its suffix kept."""
    room = _LONGEST_NAME - len(prefix) - 2
    if len(name.encode()) > room:
        end = name[-16:]
        begin = name.encode()[: room - len(end.encode()) - 1].decode("utf-8", "ignore")
        name = f"{begin}~{end}"
    return f"{prefix}__{name}"


def sweep(archive: Path) -> None:
    """Remove the copies that a killed process left staged. The caller is the only writer."""
    for copy in (archive / _INCOMING).glob("*"):
        copy.unlink()


def stage(path: Path, archive: Path) -> Staged:
    """Copy `path` to a private place beside the archive (same file system, so the later move is atomic), hashing it.

    Raises CannotOpen if this user may not read it; OSError if the archive cannot be written.
    """
    folder = archive / _INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    name = readable_name(path)
    copy = folder / _kept_name(str(os.getpid()), name)
    digest = hashlib.sha256()
    size = 0
    try:
        source = path.open("rb")
    except OSError as error:
        raise CannotOpen(
            "the file cannot be opened",
            where=name,
            found=error.strerror or str(error),
            expected="a file this user may read",
            next_step="check that it exists and its permissions",
        ) from error
    try:
        with source, copy.open("wb") as out:
            while block := source.read(_BLOCK):
                digest.update(block)
                out.write(block)
                size += len(block)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        copy.unlink(missing_ok=True)  # a full disk is not to be kept full
        raise
    return Staged(copy, name, digest.hexdigest(), size)
