"""Telling what kind of export a file is, and saying why not when it is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from ingest.by_file_name import entity_in_name, with_rules
from ingest.context import IngestContext
from ingest.errors import (
    AmbiguousFile,
    EmptyFile,
    IngestError,
    MissingColumns,
    UnknownColumns,
    UnreadableFile,
    UnrecognisedFile,
    WrongEncoding,
)
from ingest.profiles.model import Profile
from ingest.readers import RawFile, format_of, read_file
from ingest.readers.raw import MAIN, NATIVE

_HEAD = 65_536
_SAMPLE = 200
_CLOSE = 0.02
# below this share of its columns a profile is not worth naming
_NEAR = 0.15
_MT940 = re.compile(rb"(?m)^:(20|25|28C?|60[FM]|61):")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile that could read the file; confidence from 0 to 1, and why in words."""

    profile: Profile
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class _Miss:
    profile: Profile
    nearness: float
    why: str
    error: IngestError | None = None
    read: bool = False


def recognise(
    path: Path, profiles: Iterable[Profile], context: IngestContext | None = None, *, name: str | None = None
) -> list[Candidate]:
    """The profiles that can read `path`, best first; empty if none can. `name`: what people call the file.

    Raises EmptyFile, or UnreadableFile if the file cannot be opened.
    """
    hits, _ = _all(path, profiles, name or path.name)
    return hits


def choose(path: Path, profiles: Iterable[Profile], *, name: str | None = None) -> Candidate:
    """The one profile for `path`. Raises UnrecognisedFile (what was tried, the nearest) or AmbiguousFile.

    A damaged file raises the UnreadableFile that says so: there is nothing to recognise in it.
    """
    name = name or path.name
    hits, misses = _all(path, profiles, name)
    if not hits:
        misses.sort(key=lambda miss: -miss.nearness)
        nearest = misses[0] if misses and misses[0].nearness >= _NEAR else None
        read = [miss for miss in misses if miss.error is not None or miss.read]
        if (damaged := [m.error for m in read if isinstance(m.error, UnreadableFile)]) and len(damaged) == len(read):
            raise damaged[0]
        if nearest is not None and isinstance(nearest.error, WrongEncoding):
            raise nearest.error
        raise UnrecognisedFile(
            "no source fits this file",
            where=name,
            found=f"nearest: {nearest.profile.name}, but {nearest.why}" if nearest else "nothing that any source reads",
            expected="one of: " + ", ".join(miss.profile.name for miss in misses),
            next_step="correct the export, name the source with --source, or write a profile "
            "(docs/how-to/write-a-profile.md)",
        )
    equal = [hit for hit in hits if hits[0].confidence - hit.confidence < _CLOSE]
    if len(equal) > 1:
        raise AmbiguousFile(
            "more than one source fits this file",
            where=name,
            found=", ".join(f"{hit.profile.name} ({hit.confidence:.2f})" for hit in equal),
            expected="one",
            next_step="name it with --source, or bind the file's name to a source in cartera.yml",
        )
    return hits[0]


def check_columns(raw: RawFile, profile: Profile, where: str) -> None:
    """Raise MissingColumns, with the columns found, if the file lacks one that the profile reads.

    Raise UnknownColumns if it has more and the profile says `extra_columns: error`.
    """
    missing = _missing(raw, profile)
    if missing:
        raise MissingColumns(
            f"columns that {profile.name} reads are missing: {', '.join(missing)}",
            where=where,
            found=", ".join(raw.columns) or "no columns",
            expected=", ".join(profile.source_columns),
            next_step="check that this is the right source (--source) and the right report of it; nothing was loaded",
        )
    known = {column.casefold() for column in (*profile.source_columns, *(profile.recognise.columns or ()))}
    extra = [column for column in raw.columns if column.casefold() not in known]
    if extra and profile.extra_columns == "error":
        raise UnknownColumns(
            f"the file has columns that {profile.name} does not read",
            where=where,
            found=", ".join(extra),
            expected=", ".join(profile.source_columns),
            next_step="remove them, or set extra_columns: ignore in the profile; nothing was loaded",
        )


def _all(path: Path, profiles: Iterable[Profile], name: str) -> tuple[list[Candidate], list[_Miss]]:
    head = _head(path, name)
    fits = [_fit(path, profile, name, head) for profile in profiles]
    hits = sorted((f for f in fits if isinstance(f, Candidate)), key=lambda hit: (-hit.confidence, hit.profile.name))
    return hits, [f for f in fits if isinstance(f, _Miss)]


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise UnrecognisedFile(
            "the file cannot be opened",
            where=name,
            found=error.strerror or str(error),
            expected="a file this user may read",
            next_step="check that it exists and its permissions",
        ) from error
    if not head:
        raise EmptyFile(
            "the file is empty",
            where=name,
            found="0 bytes",
            expected="an export with at least a header",
            next_step="export it again; if the source really has nothing to tell, leave the file out",
        )
    return head


def _looks_like(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if text.startswith(b"<"):
        return "camt"
    if text.startswith(b"{") and b'"' in text[:200] and not text.startswith(b"{1:"):
        return "jsonl"
    return "mt940" if _MT940.search(head) else "delimited"


def _fit(path: Path, profile: Profile, name: str, head: bytes) -> Candidate | _Miss:
    globs = profile.recognise.file
    fit = _fit_content(path, profile, name, head)
    if isinstance(fit, Candidate) and globs and not any(fnmatch(name.casefold(), glob.casefold()) for glob in globs):
        # two exports may differ by nothing but what they are called
        return _Miss(profile, 0.95, f"its name is not {' or '.join(globs)}", read=True)
    return fit


def _fit_content(path: Path, profile: Profile, name: str, head: bytes) -> Candidate | _Miss:
    rule = profile.recognise
    form = _looks_like(head)
    if form not in profile.format:
        return _Miss(profile, 0.0, f"the content is {form}, not {' or '.join(profile.format)}")
    if rule.contains is not None and rule.contains.encode() not in head:
        return _Miss(profile, 0.1, f"the text {rule.contains!r} is not in it")
    if form in ("mt940", "camt"):
        if form == "camt" and b"BkToCstmr" not in head:
            return _Miss(profile, 0.2, "it is not a bank-to-customer message (camt.052, .053 or .054)")
        return Candidate(profile, 0.9, f"the content is {form}")
    if format_of(name, profile) != form:
        return _Miss(profile, 0.2, f"its name says {format_of(name, profile)}, its content {form}")
    return _fit_columns(path, profile, name)


def _fit_columns(path: Path, profile: Profile, name: str) -> Candidate | _Miss:
    by_name = profile.entities == "by_file_name"
    if by_name and entity_in_name(name) is None:
        return _Miss(profile, 0.0, "its name does not begin with an entity of the contract")
    try:
        raw = read_file(path, profile, name=name, max_rows=_SAMPLE)
        if by_name:
            profile_here = with_rules(profile, name, raw.columns)
            return Candidate(profile, 1.0, f"named and headed as {profile_here.rules[0].entity} of the contract")
    except IngestError as error:
        found = f" (found: {error.found})" if error.found else ""
        return _Miss(profile, 0.9 if by_name else 0.0, f"{error.what}{found}", error)
    header = {column.casefold() for column in raw.columns}
    needed = _nearest(profile.recognise.any_of or (profile.recognise.columns or profile.source_columns,), header)
    missing = [
        column for column in dict.fromkeys((*needed, *profile.source_columns)) if column.casefold() not in header
    ]
    if missing:
        share = 1 - len(missing) / max(len(set(needed) | set(profile.source_columns)), 1)
        return _Miss(
            profile, 0.8 * share, f"it lacks {', '.join(missing)} (found: {', '.join(raw.columns)})", read=True
        )
    for column, expression in profile.recognise.values.items():
        wrong = _unlike(raw, column, expression)
        if wrong is not None:
            return _Miss(profile, 0.85, f"{column} holds {wrong!r}, not what {expression} describes", read=True)
    known = {column.casefold() for column in needed} | {column.casefold() for column in profile.source_columns}
    confidence = 0.6 + 0.35 * len(known & header) / len(header) + (0.05 if profile.recognise.values else 0)
    return Candidate(profile, round(confidence, 4), f"has the columns {', '.join(needed)}")


def _nearest(lists: tuple[tuple[str, ...], ...], header: set[str]) -> tuple[str, ...]:
    """The list of columns of which the header lacks the smallest share."""
    return min(lists, key=lambda columns: sum(c.casefold() not in header for c in columns) / max(len(columns), 1))


def _unlike(raw: RawFile, column: str, expression: str) -> str | None:
    """A value of `column` that does not match, if most of the sample does not; `no values` if there are none."""
    table = raw.sets[MAIN]
    name = next((c for c in table.columns if c.casefold() == column.casefold()), None)
    if name is None:
        return "no such column"
    values = [text.removeprefix(NATIVE).strip() for text in table.table[name].to_pylist() if text and text.strip()]
    wrong = [text for text in values if not re.search(expression, text)]
    if not values:
        return None
    return wrong[0] if len(wrong) * 2 > len(values) else None


def _missing(raw: RawFile, profile: Profile) -> list[str]:
    missing: list[str] = []
    for rule in profile.rules:
        table = raw.sets.get(rule.record_set)
        have = {column.casefold() for column in table.columns} if table is not None else set()
        missing += [column for column in profile.columns_of(rule.source_columns) if column.casefold() not in have]
    return list(dict.fromkeys(missing))
