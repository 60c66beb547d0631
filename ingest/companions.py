"""Companion files: where a profile's lookups read. Those that came with the file first, then those loaded before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.archive import readable_name
from ingest.context import IngestContext
from ingest.errors import CompanionMissing, IngestError, MissingColumns
from ingest.lake import Lake
from ingest.profiles import Catalogue, Profile
from ingest.readers import RawFile, read_file
from ingest.recognise import recognise
from ingest.stability import is_temporary_name


@dataclass(frozen=True, slots=True)
class Places:
    """Where companions may lie: `beside` the file (in its folder, or else given together with it), and among what was
    loaded before.
    """

    beside: tuple[Path, ...] = ()
    lake: Lake | None = None
    archive: Path | None = None


def siblings(path: Path) -> tuple[Path, ...]:
    """The other files of its folder, by name: whole by their names, and no links to other places."""
    try:
        found = sorted(path.parent.iterdir())
    except OSError:
        return ()
    return tuple(
        file
        for file in found
        if file != path and not is_temporary_name(file.name) and not file.is_symlink() and file.is_file()
    )


class CompanionFiles:
    """The files of one source, the preferred first; each is read when it is come to."""

    def __init__(self, profile: Profile, files: Sequence[tuple[Path, str]], columns: Sequence[str]) -> None:
        self.profile = profile
        self.files = tuple(files)
        self._columns = tuple(columns)

    def __iter__(self) -> Iterator[RawFile]:
        """Raises the IngestError of what is wrong with a file."""
        for path, name in self.files:
            raw = read_file(path, self.profile, name=name)
            have = {column.casefold() for column in raw.columns}
            if missing := [column for column in self._columns if column.casefold() not in have]:
                raise MissingColumns(
                    f"columns that another file looks up are missing: {', '.join(missing)}",
                    where=name,
                    found=", ".join(raw.columns) or "no columns",
                    expected=", ".join(self._columns),
                    next_step="export it again with them",
                )
            yield raw


def companions(
    path: Path, profile: Profile, catalogue: Catalogue, context: IngestContext, places: Places, company: str | None
) -> dict[str, CompanionFiles]:
    """The files that the lookups of `profile` may read, by source; no files where none are there.

    Of files loaded before, only those of `company` count: two companies number their entries alike.
    """
    found: dict[str, CompanionFiles] = {}
    for source in dict.fromkeys(lookup.source for lookup in profile.lookups if lookup.source):
        other = catalogue.get(source)
        candidates = [file for file in dict.fromkeys(places.beside) if file != path and _is(file, other, context)]
        beside = [file for file in candidates if file.parent == path.parent] or candidates
        columns = [
            column
            for lookup in profile.lookups
            if lookup.source == source
            for column in (lookup.key_column, lookup.take)
        ]
        found[source] = CompanionFiles(
            other,
            [*((file, readable_name(file)) for file in beside), *_loaded_before(source, places, company)],
            columns,
        )
    return found


def what_is_missing(
    name: str, profile: Profile, found: Mapping[str, CompanionFiles], *, all_needed: bool
) -> tuple[str, ...]:
    """What is read without a companion, in words. `name` is the file's.

    Raises CompanionMissing when a lookup without a file says `missing: refuse`, or for any with `all_needed`.
    """
    lacking = [lookup for lookup in profile.lookups if lookup.source and not found[lookup.source].files]
    needed = [lookup for lookup in lacking if all_needed or lookup.missing == "refuse"]
    if needed:
        sources = dict.fromkeys(lookup.source or "" for lookup in needed)
        raise CompanionMissing(
            "another file of the same delivery is needed to read this one",
            where=name,
            found="none beside it and none loaded before",
            expected=" and ".join(f"{source} ({found[source].profile.title.en})" for source in sources),
            next_step="put both into one folder, or load that one first; nothing of this one was loaded",
        )
    return tuple(
        f"read without {lookup.source} ({found[lookup.source or ''].profile.title.en}): no {lookup.take}"
        for lookup in lacking
    )


def _is(path: Path, profile: Profile, context: IngestContext) -> bool:
    """True if the file is of this profile, by what cartera.yml binds its name to or else by its content."""
    bound = next((binding for binding in context.bindings if binding.matches(path.name)), None)
    if bound is not None and bound.profile is not None:
        return bound.profile == profile.name
    try:
        return bool(recognise(path, [profile]))
    except IngestError:
        return False  # its own loading tells what is wrong with it


def _loaded_before(source: str, places: Places, company: str | None) -> list[tuple[Path, str]]:
    """Accepted files of the source, newest first, as they are kept."""
    if places.lake is None or places.archive is None:
        return []
    kept: list[tuple[Path, str]] = []
    for batch in reversed(places.lake.batches()):
        profile = str(batch["profile_version"]).partition("@")[0]
        if profile == source and batch["company"] == company:
            bytes_kept = sorted((places.archive / batch["batch_id"][:2]).glob(f"{batch['batch_id']}__*"))
            kept += [(path, batch["file_name"]) for path in bytes_kept[:1]]
    return kept
