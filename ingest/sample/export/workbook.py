"""XLSX as back offices send it: a title, then a table with Spanish headers, real dates and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from ingest.sample.export.rows import Value

# xlsxwriter stamps the file with the moment it is made; a fixed one keeps the same group the same bytes
MADE = datetime(2026, 1, 1, tzinfo=UTC)


def write_workbook(
    path: Path, sheet_name: str, title: Sequence[str], header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> Path:
    """One sheet: the title's lines, the header below them, then the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"title": title[0] if title else sheet_name, "created": MADE})
        sheet = book.add_worksheet(sheet_name)
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        for line, text in enumerate(title):
            sheet.write_string(line, 0, text, bold)
        for column, name in enumerate(header):
            sheet.write_string(len(title), column, name, bold)
        for line, cells in enumerate(rows, start=len(title) + 1):
            for column, value in enumerate(cells):
                if value is None or value == "":
                    continue
                if isinstance(value, bool):
                    sheet.write_string(line, column, "Sí" if value else "No")
                elif isinstance(value, int | Decimal):
                    sheet.write_number(line, column, value)
                elif isinstance(value, datetime):
                    sheet.write_datetime(line, column, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(line, column, value, day)
                else:
                    sheet.write_string(line, column, value)
    return path
