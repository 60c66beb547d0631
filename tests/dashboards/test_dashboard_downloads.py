"""What people take away: exact, told where it comes from, and harmless."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from dashboards.ui.downloads import Sheet, as_csv, as_xlsx, harmless

HOSTILE = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\r=1"]
EXACT = [Decimal("1234567.8900"), Decimal("-0.0100"), Decimal("12345678901234.5678"), Decimal("0")]


def sheet(names: list[str], amounts: list[Decimal]) -> Sheet:
    rows = [
        {"name": name, "amount": amount, "day": date(2025, 6, 30), "n": 3, "flag": True, "none": None}
        for name, amount in zip(names, amounts, strict=True)
    ]
    columns = [(key, key.title()) for key in ("name", "amount", "day", "n", "flag", "none")]
    return Sheet("Ageing", {"As of": "2025-06-30", "Publication": "abc"}, columns, rows)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert harmless(text) == "'" + text
    assert harmless("Acme = x") == "Acme = x"


def test_csv_is_one_plain_table_with_its_origin() -> None:
    body = as_csv(sheet(HOSTILE[:4], EXACT)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [Decimal(row["Amount"]) for row in rows] == EXACT
    assert [row["Amount"] for row in rows][2] == "12345678901234.5678"
    assert all(row["Name"].startswith("'") for row in rows)
    assert {row["As of"] for row in rows} == {"2025-06-30"} and {row["Publication"] for row in rows} == {"abc"}
    assert rows[0]["Day"] == "2025-06-30" and rows[0]["None"] == ""


def test_xlsx_holds_numbers_dates_and_texts() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(sheet(HOSTILE[:4], EXACT))))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["As of", "2025-06-30"] and rows[1][:2] == ["Publication", "abc"]
    assert rows[3][:3] == ["Name", "Amount", "Day"]
    data = rows[4:]
    assert [row[0] for row in data] == HOSTILE[:4], "kept as text, unchanged"
    assert [row[1] for row in data[:2]] == [1234567.89, -0.01]
    assert data[2][1] == "12345678901234.5678", "beyond a spreadsheet's digits an amount stays exact, as text"
    assert data[0][2] == date(2025, 6, 30)


def test_xlsx_has_no_formula_and_no_link() -> None:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(as_xlsx(sheet(HOSTILE[:4], EXACT)))) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "hyperlink" not in page.lower()
    assert 's="' in page, "numbers carry a format"


def test_an_empty_table_is_still_a_file() -> None:
    assert as_csv(sheet([], [])) and as_xlsx(sheet([], []))
