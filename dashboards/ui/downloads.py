"""CSV and XLSX of what is on the page: exact decimals, where the figures come from, and nothing a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import streamlit as st
import xlsxwriter

from dashboards.ui.texts import Texts

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_EXACT_DIGITS = 15  # what a spreadsheet's number holds


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to take away. `origin` says what it is (label -> text): day, company, currency, basis, publication."""

    name: str
    origin: Mapping[str, str]
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Mapping[str, Any]]


def harmless(text: str) -> str:
    """Text a spreadsheet shows and does not run: an apostrophe before what could begin a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a mark for spreadsheets; one header row, decimals as written with a point, ISO dates; the origin
    in the last columns of every row, so that the file stays one plain table.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(label) for _, label in sheet.columns] + [harmless(label) for label in sheet.origin])
    origin = [harmless(text) for text in sheet.origin.values()]
    for row in sheet.rows:
        writer.writerow([_plain(row[key]) for key, _ in sheet.columns] + origin)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook: the origin on top, then the table with real numbers and dates; text is always text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    page = book.add_worksheet(_sheet_name(sheet.name))
    bold = book.add_format({"bold": True})
    header = book.add_format({"bold": True, "bg_color": "#1B6E64", "font_color": "#FFFFFF", "text_wrap": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    money = {
        places: book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")}) for places in range(5)
    }
    for line, (label, text) in enumerate(sheet.origin.items()):
        page.write_string(line, 0, label, bold)
        page.write_string(line, 1, text)
    top = len(sheet.origin) + 1
    places = {key: _places(sheet.rows, key) for key, _ in sheet.columns}
    for number, (_, label) in enumerate(sheet.columns):
        page.write_string(top, number, label, header)
    for line, row in enumerate(sheet.rows, start=top + 1):
        for number, (key, _) in enumerate(sheet.columns):
            value = row[key]
            if isinstance(value, bool):
                page.write_boolean(line, number, value)
            elif isinstance(value, Decimal) and _fits(value):
                page.write_number(line, number, float(value), money[places[key]])
            elif isinstance(value, int):
                page.write_number(line, number, value)
            elif isinstance(value, datetime | date):
                page.write_datetime(line, number, value, day)
            elif value is not None:
                page.write_string(line, number, str(value))
    if sheet.rows:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)
    page.freeze_panes(top + 1, 1)
    page.autofit()
    book.close()
    return out.getvalue()


def buttons(key: str, file_stem: str, make: Callable[[], Sheet], texts: Texts) -> None:
    """Two buttons; the file is made when one is clicked, not before."""
    with st.container(horizontal=True, gap="xsmall", key=f"downloads_{key}"):
        st.download_button(
            texts("download.csv"),
            lambda: as_csv(make()),
            file_name=f"{file_stem}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            icon=":material/download:",
            help=texts("download.help"),
            on_click="ignore",
        )
        st.download_button(
            texts("download.xlsx"),
            lambda: as_xlsx(make()),
            file_name=f"{file_stem}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"{key}_xlsx",
            icon=":material/download:",
            help=texts("download.help"),
            on_click="ignore",
        )


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return harmless(str(value))


def _fits(value: Decimal) -> bool:
    # beyond 15 digits a spreadsheet would round silently: then the amount goes out as text, exact
    return len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS


def _places(rows: Sequence[Mapping[str, Any]], key: str) -> int:
    exponents = [row[key].normalize().as_tuple().exponent for row in rows if isinstance(row[key], Decimal)]
    most = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return min(4, max(2 if exponents and most > 0 else 0, most))


def _sheet_name(name: str) -> str:
    return "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31] or "Cartera"
