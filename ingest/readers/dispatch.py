"""From a file to raw rows, by format."""

from __future__ import annotations

from pathlib import Path

from ingest.profiles.model import Profile
from ingest.readers.camt import read_camt
from ingest.readers.delimited import read_delimited
from ingest.readers.jsonl import read_jsonl
from ingest.readers.mt940 import read_mt940
from ingest.readers.parquet import read_parquet
from ingest.readers.raw import Limits, RawFile
from ingest.readers.xlsx import read_xlsx

_SUFFIXES: dict[str, tuple[str, ...]] = {
    "xlsx": (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    "parquet": (".parquet", ".pq"),
    "jsonl": (".jsonl", ".ndjson"),
    "camt": (".xml",),
    "mt940": (".sta", ".mt940", ".940", ".mt942", ".942", ".swi"),
}
_TABLES = {"delimited": read_delimited, "xlsx": read_xlsx, "parquet": read_parquet, "jsonl": read_jsonl}
FORMATS = ("delimited", *_SUFFIXES)


def format_of(name: str, profile: Profile) -> str:
    """Which of the profile's formats the file's name tells; the only one if there is just one."""
    if len(profile.format) == 1:
        return profile.format[0]
    suffix = Path(name).suffix.lower()
    for form in profile.format:
        if suffix in _SUFFIXES.get(form, ()):
            return form
    return "delimited" if "delimited" in profile.format else profile.format[0]


def read_file(
    path: Path, profile: Profile, *, name: str | None = None, limits: Limits | None = None, max_rows: int | None = None
) -> RawFile:
    """Read `path` as `profile` says; `name` is what people call the file, if `path` is a copy of it.

    With `max_rows` a table is read only that far (to recognise it). Raises the IngestError of what is wrong.
    """
    where = name or path.name
    limits = limits or Limits()
    form = format_of(where, profile)
    if form in _TABLES:
        return _TABLES[form](path, profile.reader, limits, where, max_rows=max_rows)
    return read_mt940(path, profile.reader, limits, where) if form == "mt940" else read_camt(path, limits, where)
