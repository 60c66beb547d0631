"""Workbooks. Cells keep their type: a number or date of the sheet never passes through a locale."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from ingest.errors import EmptyFile, TooLarge, UnreadableFile
from ingest.profiles.model import ReaderOptions
from ingest.readers.encoding import read_bytes
from ingest.readers.raw import MAIN, NATIVE, Cells, Limits, RawFile, clean_header, tabulate

# A workbook is a zip: what it unpacks to is what the machine must bear.
_MAX_UNPACKED = 1_000_000_000
_MAX_RATIO = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_xlsx(
    path: Path, options: ReaderOptions, limits: Limits, where: str, *, max_rows: int | None = None
) -> RawFile:
    """Read one sheet. Numbers, dates and booleans come marked as native, so that the profile's separators don't apply.

    Raises UnreadableFile (truncated, not a workbook, no such sheet), EmptyFile, TooLarge.
    """
    read_bytes(path, limits, where)
    _check_zip(path, where)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            name = options.sheet or _first_visible(workbook, where)
            sheet = workbook.get_sheet_by_name(name)
            first_row = (sheet.start or (0, 0))[0]
            rows = iter(sheet.iter_rows())
            skip = options.header_row - 1 - first_row
            header = next(islice(rows, max(skip, 0), None), [])
            columns = clean_header(_text(cell) for cell in header)
            if not any(_text(cell) for cell in header):
                raise EmptyFile(
                    "there is no header",
                    where=f"{where}, sheet {name}, row {options.header_row}",
                    found="an empty row",
                    expected="column names",
                    next_step="check reader: sheet and header_row in the profile, or export the file again",
                )
            start = max(options.header_row, first_row + 1) + 1
            return RawFile({MAIN: tabulate(columns, islice(_rows(rows, start), max_rows), limits, f"{where}, {name}")})
    except WorksheetNotFound as error:
        raise UnreadableFile(
            "the workbook has no such sheet",
            where=where,
            found=", ".join(_sheet_names(path)),
            expected=options.sheet or "a sheet",
            next_step="check reader: sheet in the profile",
        ) from error
    except CalamineError as error:
        raise _damaged(where, str(error)) from error


def _rows(rows: Iterable[Sequence[object]], start: int) -> Iterator[tuple[int, str | None, Cells]]:
    for number, row in enumerate(rows, start=start):
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield number, None, cells


def _text(cell: object) -> str:
    """A cell as text: ISO dates, plain decimals; 1930571429.0 is 1930571429 as the sheet shows it."""
    match cell:
        case str():
            return cell
        case bool():
            return f"{NATIVE}{str(cell).lower()}"
        case int():
            return f"{NATIVE}{cell}"
        case float():
            # repr is the shortest decimal that is this float: the number as it was typed
            number = Decimal(repr(cell))
            return f"{NATIVE}{number.quantize(Decimal(1)) if number == number.to_integral_value() else number:f}"
        case dt.datetime():
            midnight = cell.time() == dt.time()
            return f"{NATIVE}{cell.date().isoformat() if midnight else cell.isoformat(sep=' ', timespec='seconds')}"
        case dt.date() | dt.time():
            return f"{NATIVE}{cell.isoformat()}"
        case dt.timedelta():
            return f"{NATIVE}{cell}"
        case _:
            return ""


def _first_visible(workbook: CalamineWorkbook, where: str) -> str:
    for sheet in workbook.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            return sheet.name
    raise EmptyFile("the workbook has no visible sheet", where=where, found=", ".join(workbook.sheet_names))


def _sheet_names(path: Path) -> list[str]:
    with CalamineWorkbook.from_path(path) as workbook:
        return list(workbook.sheet_names)


def _check_zip(path: Path, where: str) -> None:
    with path.open("rb") as file:
        # an old .xls is no zip; by its own mark, since a zip may begin with anything and calamine opens it all the same
        if file.read(8) == _OLE:
            return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _damaged(where, str(error)) from error
    if unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * max(path.stat().st_size, 50_000):
        raise TooLarge(
            "the workbook unpacks to far more than it should",
            where=where,
            found=f"{unpacked:,} bytes from {path.stat().st_size:,}",
            expected=f"at most {_MAX_UNPACKED:,} bytes and {_MAX_RATIO} times the file",
            next_step="export the data as CSV",
        )


def _damaged(where: str, found: str) -> UnreadableFile:
    return UnreadableFile(
        "the workbook is damaged or cut off",
        where=where,
        found=found,
        expected="a whole XLSX workbook",
        next_step="copy or export the file again; if it is still being written, wait until it is complete",
    )
