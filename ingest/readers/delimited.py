"""Delimited text: CSV and its cousins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingest.errors import EmptyFile, UnreadableFile
from ingest.profiles.model import ReaderOptions
from ingest.readers.encoding import decode, read_bytes
from ingest.readers.raw import MAIN, Cells, Limits, RawFile, clean_header, tabulate

_HEAD = 262_144
_DELIMITERS = (",", ";", "\t", "|")


def read_delimited(
    path: Path, options: ReaderOptions, limits: Limits, where: str, *, max_rows: int | None = None
) -> RawFile:
    """Read a delimited text file; with `max_rows` only its first rows (to recognise it).

    A row that has more or fewer cells than the header is kept with a problem, so that it is rejected and counted.
    Raises EmptyFile, WrongEncoding, UnreadableFile (a quote that is never closed), TooLarge.
    """
    text = decode(_head(path) if max_rows else read_bytes(path, limits, where), options.encoding, where)
    lines = io.StringIO(text, newline="")
    for _ in range(options.header_row - 1):
        lines.readline()
    start = lines.tell()
    delimiter = options.delimiter or _guess_delimiter(lines.readline())
    lines.seek(start)

    csv.field_size_limit(limits.max_cell_chars)
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=options.quote or None,
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        header = next(reader, [])
        if not any(cell.strip() for cell in header):
            raise EmptyFile(
                "there is no header",
                where=f"{where}, line {options.header_row}",
                found="an empty line" if text.strip() else "nothing but blank lines",
                expected="column names",
                next_step="check reader: header_row in the profile, or export the file again",
            )
        columns = clean_header(header)
        rows = _rows(reader, len(columns), options.header_row - 1)
        return RawFile({MAIN: tabulate(columns, islice(rows, max_rows), limits, where)})
    except csv.Error as error:
        raise UnreadableFile(
            "the text cannot be split into cells",
            where=f"{where}, line {reader.line_num + options.header_row - 1}",
            found=str(error),
            expected=f"cells separated by {delimiter!r}, quoted with {options.quote!r}",
            next_step="the file may be cut off: export it again; or correct reader: delimiter and quote in the profile",
        ) from error


def _rows(reader: Iterator[list[str]], width: int, offset: int) -> Iterator[tuple[int, str | None, Cells]]:
    line = int(getattr(reader, "line_num", 0)) + offset
    for cells in reader:
        # a quoted cell may span lines: the row's number is that of its first line
        first, line = line + 1, int(getattr(reader, "line_num", 0)) + offset
        if not any(cell.strip() for cell in cells):
            continue
        problem = None
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            problem = "too_many_cells"
        elif len(cells) < width:
            problem = "too_few_cells"
        yield first, problem, cells


def _head(path: Path) -> bytes:
    """The first lines, whole: enough to tell what the file is without reading gigabytes."""
    with path.open("rb") as file:
        data = file.read(_HEAD)
        return data if len(data) < _HEAD else data[: data.rfind(b"\n") + 1]


def _guess_delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
