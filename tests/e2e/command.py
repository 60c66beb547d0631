"""The command as a person runs it: a process of its own, in a home of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.clock import stopwatch

CARTERA = Path(sys.executable).with_name("cartera")
TODAY = "2025-06-30"
FACTS = ("what", "where", "found", "expected", "next_step")
# Far more than a quiet machine needs: a shared one may be many times slower, and a hung command must still end.
LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Answer:
    """What a command answered: exit code, both streams, seconds it took."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def data(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error in the JSON on stderr; stdout must hold nothing then."""
        assert self.out == "", self.out
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found


def says_everything(error: Mapping[str, Any], exit_code: int) -> None:
    """An error must say what, where, what was found and expected, and the next step."""
    assert error["exit_code"] == exit_code
    assert [fact for fact in FACTS if not error[fact]] == []


@dataclass(frozen=True)
class State:
    """The published file as the file system shows it: equal states mean that nobody touched it."""

    inode: int
    changed_ns: int
    sha256: str
    pointer: str


@dataclass(frozen=True)
class Home:
    """A home and the ways to use it from outside."""

    path: Path

    @property
    def landing(self) -> Path:
        return self.path / "landing"

    @property
    def published(self) -> Path:
        return self.path / "published" / "cartera.duckdb"

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The caller's environment without any setting of Cartera, and this home."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARTERA_", "DAGSTER_"))}
        return {**kept, "CARTERA_HOME": str(self.path), **(more or {})}

    def cartera(self, *arguments: str | bytes | Path, env: Mapping[str, str] | None = None) -> Answer:
        """Run `cartera ARGUMENTS --json` to its end."""
        return self.run([CARTERA, *arguments, "--json"], env=env)

    def refresh(self, env: Mapping[str, str] | None = None) -> Answer:
        """Run `cartera refresh` as of the books' day."""
        return self.cartera("refresh", "--today", TODAY, env=env)

    def run(self, command: Sequence[str | bytes | Path], env: Mapping[str, str] | None = None) -> Answer:
        """Run a command in this home to its end."""
        elapsed = stopwatch()
        done = subprocess.run(
            command,
            env=self.environment(env),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=LONGEST_SECONDS,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr, elapsed())

    def start(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        """Start a command at the head of a process group of its own; its output goes to run.log beside the home."""
        with (self.path.parent / "run.log").open("ab") as log:
            return subprocess.Popen(
                command,
                env=self.environment(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def state(self) -> State:
        """The published file and the pointer beside it, now."""
        seen = self.published.stat()
        digest = hashlib.sha256(self.published.read_bytes()).hexdigest()
        pointer = (self.published.parent / "publication.json").read_text(encoding="utf-8")
        return State(seen.st_ino, seen.st_mtime_ns, digest, pointer)

    def publication_id(self) -> str:
        """The id inside the published file."""
        return str(self.ask("select id from publication")[0][0])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published file, opened read-only as an analyst does."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def lake(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the lake's manifests: `batches`, `refused` and `rejected` are tables of the query."""
        with duckdb.connect() as connection:
            for name, files in (
                ("batches", "batches/*/_batch.parquet"),
                ("refused", "refused/*/_batch.parquet"),
                ("rejected", "*/*/_rejected.parquet"),
            ):
                source = connection.read_parquet(str(self.path / "lake" / files), union_by_name=True)
                source.create_view(name)
            return connection.execute(sql).fetchall()

    def kept(self, content: bytes) -> list[Path]:
        """Where in archive/ and rejected/ these very bytes are kept."""
        digest = hashlib.sha256(content).hexdigest()
        found = [
            path
            for folder in ("archive", "rejected")
            for path in (self.path / folder).rglob(f"{digest}__*")
            if path.read_bytes() == content
        ]
        return sorted(found)

    def copy_to(self, folder: Path) -> Home:
        """A home with the same contents; the published file stays a second name of its snapshot."""
        subprocess.run(["cp", "-a", self.path, folder], check=True)
        return Home(folder)
