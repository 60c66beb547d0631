"""From the landing folder to the lake: every file that has arrived whole is loaded once, or refused with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.archive import readable_name, sweep
from ingest.companions import siblings
from ingest.errors import CannotOpen, CompanionMissing, IngestError
from ingest.lake import Lake
from ingest.loading import LoadResult, load_file
from ingest.stability import is_temporary_name, look, still_being_written
from orchestration.clock import Clock
from orchestration.intake import ingest_context
from orchestration.progress import say
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file of which nothing was loaded, and why."""

    file: str
    error: dict[str, str]
    message: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file left where it is until another of its delivery has come, and the words that say which."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of the files: loaded (or loaded before), refused, and left for later: as still being written, or as
    waiting for another file.
    """

    loaded: tuple[LoadResult, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unfinished: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    @property
    def new(self) -> tuple[LoadResult, ...]:
        """Files whose rows were not in the lake before."""
        return tuple(result for result in self.loaded if result.status == "loaded")

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return {
            "loaded": [result.as_json() for result in self.loaded],
            "refused": [{"file": refusal.file, "error": refusal.error} for refusal in self.refused],
            "unfinished": list(self.unfinished),
            "waiting": [{"file": waiting.file, "message": waiting.message} for waiting in self.waiting],
        }

    def lines(self) -> list[str]:
        """A line per file, the reasons of refusals below theirs."""
        told = [line for result in self.loaded for line in _lines(result)]
        told += [f"refused      {refusal.message}" for refusal in self.refused]
        told += [f"left for later  {name}: still being written; the next refresh takes it" for name in self.unfinished]
        told += [f"left for later  {waiting.message}" for waiting in self.waiting]
        return told


def landed_files(folder: Path) -> list[Path]:
    """Files of the landing folder and its subfolders, in the order of their names.

    Hidden ones are left alone, and those whose names say that they are not whole yet (`x.csv.part`, `~$x.xlsx`). So
    are symbolic links: who may only drop files here must not have others of this machine read and shown.
    """
    found = (
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not is_temporary_name(path.name)
    )
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def load_landed(settings: Settings, clock: Clock) -> Landing:
    """Load everything in the landing folder. A file leaves the folder once its bytes are kept elsewhere."""
    files = landed_files(settings.landing_dir)
    unfinished = still_being_written(files)
    landing = load(settings, clock, [path for path in files if path not in unfinished], take=True)
    names = tuple(readable_name(path) for path in sorted(unfinished))
    return replace(landing, unfinished=names + landing.unfinished)


def load(
    settings: Settings,
    clock: Clock,
    files: Sequence[Path],
    *,
    source: str | None = None,
    company: str | None = None,
    take: bool = False,
) -> Landing:
    """Load these files; one that can't be read doesn't stop the others. `take` removes each from where it was.

    One that changed while it was read stays, as unfinished: what was written since is in no other place. One that
    can't be opened stays, too; and, of those to be taken, one that needs another file which has not come: who drops
    files by and by need not mind their order. The caller holds the writer lock. Raises NotWritable of `ingest` when the
    home can't be written.
    """
    lake = Lake(settings.lake_dir)
    lake.ensure_schema()
    sweep(settings.archive_dir)
    context = ingest_context(settings)
    loaded: list[LoadResult] = []
    refused: list[Refusal] = []
    unfinished: list[str] = []
    waiting: list[Waiting] = []
    for number, path in enumerate(files, start=1):
        name, before = readable_name(path), look(path)
        say("load", f"{number} of {len(files)}: {name}")
        try:
            result = load_file(
                path,
                lake=lake,
                archive=settings.archive_dir,
                rejected_dir=settings.rejected_dir,
                loaded_at=clock.now(),
                loaded_on=clock.today,
                source=source,
                company=company,
                context=context,
                beside=files if take else (*siblings(path), *files),
                wait_for_companions=take,
            )
        except CompanionMissing as error:
            if take:
                waiting.append(Waiting(name, _wait(error)))
                continue
            refused.append(Refusal(name, error.as_json(), str(error)))
        except IngestError as error:
            if error.code == "not_writable":
                raise
            refused.append(Refusal(name, error.as_json(), str(error)))
            if isinstance(error, CannotOpen):
                continue  # its bytes are kept nowhere else
        else:
            if result.status == "refused":
                refused.append(_refusal(name, result))
            else:
                loaded.append(result)
        if take:
            if look(path) == before:
                path.unlink(missing_ok=True)
            else:
                unfinished.append(name)
    return Landing(tuple(loaded), tuple(refused), tuple(unfinished), tuple(waiting))


def _wait(error: CompanionMissing) -> str:
    return f"{error.where}: waits for {error.expected}; `cartera ingest` with this file doesn't wait"


def _refusal(name: str, result: LoadResult) -> Refusal:
    reason = result.reason or "too many rows could not be read"
    examples = [f"  line {reject.line}, column {reject.column}: {reject.reason}" for reject in result.rejected[:5]]
    more = len(result.rejected) - len(examples)
    if more > 0:
        examples.append(f"  and {more} more: cartera sources try FILE shows them all")
    error = {
        "code": "too_many_rejects",
        "what": reason,
        "where": name,
        "found": f"{result.rows_rejected} of {result.rows_in_file} rows rejected",
        "expected": "a share of rejected rows within the source's limit",
        "next_step": "correct the export or its profile and load it again; nothing of it was loaded",
    }
    return Refusal(name, error, "\n".join([f"{name}: {reason}", *examples, f"  next:     {error['next_step']}"]))


def _lines(result: LoadResult) -> list[str]:
    return [_line(result), *(f"  note       {note}" for note in result.notes)]


def _line(result: LoadResult) -> str:
    rows = ", ".join(f"{count} {entity}" for entity, count in result.rows.items() if count)
    if result.status == "already_loaded":
        when = result.loaded_at.isoformat(sep=" ", timespec="minutes")
        return f"loaded before  {result.file_name}: the same bytes came on {when} UTC; nothing to do"
    if not result.rows:
        return f"kept         {result.file_name} as {result.source}: nothing of it becomes rows"
    rejected = f"; {result.rows_rejected} of {result.rows_in_file} rows rejected" if result.rows_rejected else ""
    return f"loaded       {result.file_name} as {result.source}: {rows}{rejected}"
