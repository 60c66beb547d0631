"""Formats other than the plain CSV: workbooks, Parquet, JSON Lines; and the ways text files are untidy."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from ingest.context import IngestContext
from ingest.errors import EmptyFile, TooLarge, UnreadableFile, WrongEncoding
from ingest.loading import try_file
from ingest.profiles.model import ReaderOptions
from ingest.readers.delimited import read_delimited
from ingest.readers.raw import MAIN, Limits

DOCUMENT = {
    "company": "MX",
    "document_id": "007",
    "document_type": "invoice",
    "issue_date": dt.date(2025, 1, 5),
    "currency": "MXN",
    "amount": Decimal("2309.79"),
    "is_ceded": True,
}


def workbook(path, rows, *, title_rows=0, hidden_first=False):
    with xlsxwriter.Workbook(path) as book:
        if hidden_first:
            hidden = book.add_worksheet("notes")
            hidden.write(0, 0, "not this one")
        sheet = book.add_worksheet("data")
        if hidden_first:
            sheet.activate()
            sheet.set_first_sheet()
            hidden.hide()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                at = (r + title_rows, c)
                if isinstance(cell, dt.date):
                    sheet.write_datetime(*at, dt.datetime.combine(cell, dt.time()), day)
                else:
                    sheet.write(*at, float(cell) if isinstance(cell, Decimal) else cell)
        if title_rows:
            sheet.write(0, 0, "Reporte de cartera")


def loaded(home, path):
    home.load(path)
    return duckdb.sql(
        "select document_id, issue_date, amount, is_ceded, _row "
        f"from read_parquet('{home.lake.root}/batches/*/documents.parquet')"
    ).fetchall()


EXPECTED = [("007", dt.date(2025, 1, 5), Decimal("2309.7900"), True, 2)]


def test_a_workbook_keeps_numbers_and_dates(home, tmp_path):
    path = tmp_path / "documents.xlsx"
    workbook(path, [list(DOCUMENT), list(DOCUMENT.values())], hidden_first=True)
    assert loaded(home, path) == EXPECTED


def test_parquet_keeps_numbers_and_dates(home, tmp_path):
    path = tmp_path / "documents_2025-01.parquet"
    pq.write_table(pa.Table.from_pylist([DOCUMENT]), path)
    rows = loaded(home, path)
    assert rows == [(*EXPECTED[0][:4], 1)]


def test_json_lines_keep_every_digit(home, tmp_path):
    path = tmp_path / "documents.jsonl"
    text = json.dumps({**DOCUMENT, "issue_date": "2025-01-05", "amount": 0}).replace(
        '"amount": 0', '"amount": 2309.7900'
    )
    path.write_text("\n" + text + "\n")
    assert loaded(home, path) == EXPECTED


def test_a_line_that_is_no_object_is_rejected_and_counted(tmp_path):
    path = tmp_path / "documents.jsonl"
    good = json.dumps({**DOCUMENT, "issue_date": "2025-01-05", "amount": 1})
    path.write_text(good + "\n[1, 2]\n{broken\n")
    trial = try_file(path)
    assert (trial.rows_in_file, trial.rows_rejected) == (3, 2)
    assert [(r.line, r.code) for r in trial.rejected] == [(2, "not_json"), (3, "not_json")]


def test_a_float_with_noise_is_not_money_even_in_parquet(tmp_path):
    path = tmp_path / "documents.parquet"
    pq.write_table(pa.Table.from_pylist([{**DOCUMENT, "amount": 0.1 + 0.2}]), path)
    assert [r.code for r in try_file(path).rejected] == ["too_many_decimals"]


@pytest.mark.parametrize("name", ["documents.xlsx", "documents.parquet"])
def test_a_truncated_file_is_told(home, tmp_path, name):
    path = tmp_path / name
    if name.endswith("xlsx"):
        workbook(path, [list(DOCUMENT), list(DOCUMENT.values())])
    else:
        pq.write_table(pa.Table.from_pylist([DOCUMENT]), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(Exception, match="damaged or cut off"):
        home.load(path)
    assert home.lake.batch_ids() == []
    assert len(home.lake.refused()) == 1


def test_a_truncated_workbook_of_no_known_kind_is_told_too(tmp_path):
    path = tmp_path / "cartera_abril.xlsx"
    workbook(path, [["a", "b"], [1, 2]])
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        try_file(path, source="cartera")


def test_a_workbook_with_titles_and_local_dates(tmp_path, own):
    path = tmp_path / "report.xlsx"
    lines = [["A1", dt.date(2025, 3, 31), 2.309], ["A2", "05/04/2025", "2.309,50"], ["Total", "", 5]]
    workbook(path, [["Folio", "Fecha", "Importe"], *lines], title_rows=3)
    (own / "report.yml").write_text(
        """
name: report
title: {es: Reporte, en: Report}
format: xlsx
load: delta
dates: "%d/%m/%Y"
decimal: ","
thousands: "."
reader:
  header_row: 4
  skip:
    - Folio: {matches: "^Total"}
entities:
  - entity: gl_balances
    columns: {company: {constant: MX}, account: Folio, as_of: Fecha, balance: Importe}
"""
    )
    trial = try_file(path, source="report", context=IngestContext(own_sources=own))
    assert trial.rejected == ()
    assert trial.rows_in_file == 2
    # 2.309 is a number of the sheet: the decimal comma of the text cells must not make it two thousand
    assert trial.entities["gl_balances"].sums["balance"] == "2311.809"
    assert trial.entities["gl_balances"].last_date == "2025-04-05"


def read(tmp_path, data, **options):
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    return read_delimited(path, ReaderOptions(**options), Limits(), "x.csv")


def rows(raw):
    table = raw.sets[MAIN].table
    return table.to_pylist()


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    raw = read(tmp_path, b'title\r\n\r\nid,note\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n', header_row=3)
    assert [(row["_row"], row["id"]) for row in rows(raw)] == [(4, "1"), (7, "2")]


def test_a_byte_order_mark_and_untidy_headers(tmp_path):
    raw = read(tmp_path, b"\xef\xbb\xbf id ; Due   date;;id\n1;2;3;4\n")
    assert raw.columns == ("id", "Due date", "column_3", "id (2)")
    assert read(tmp_path, "id,n\n1,ñ\n".encode("utf-16")).columns == ("id", "n")


@pytest.mark.parametrize(
    ("line", "problem"), [("1,2,3", "too_many_cells"), ("1", "too_few_cells"), ("1,2,,", None), ('1,"2"', None)]
)
def test_a_row_of_another_width(tmp_path, line, problem):
    assert rows(read(tmp_path, f"a,b\n{line}\n".encode()))[0]["_problem"] == problem


def test_encodings_are_tried_in_order_and_never_guessed(tmp_path):
    data = "id\nMuñoz\n".encode("cp1252")
    assert rows(read(tmp_path, data, encoding=["utf-8", "cp1252"]))[0]["id"] == "Muñoz"
    assert rows(read(tmp_path, "id\nMuñoz\n".encode(), encoding=["utf-8", "cp1252"]))[0]["id"] == "Muñoz"
    with pytest.raises(WrongEncoding, match="0xF1") as caught:
        read(tmp_path, data)
    assert caught.value.where == "x.csv, line 2"


@pytest.mark.parametrize("before", [b"", b"not the mark of a zip"])
def test_a_workbook_that_unpacks_to_far_more_than_it_should_is_refused(tmp_path, before):
    """Whatever stands before it: a zip is found from its end."""
    path = tmp_path / "documents.xlsx"
    path.write_bytes(before)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(TooLarge, match="unpacks to far more"):
        try_file(path, source="cartera")


def test_limits_and_empty_files(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a\n" + "1\n" * 10)
    with pytest.raises(TooLarge, match="too many rows"):
        read_delimited(path, ReaderOptions(), Limits(max_rows=5), "x.csv")
    with pytest.raises(TooLarge, match="at most 3 bytes"):
        read_delimited(path, ReaderOptions(), Limits(max_bytes=3), "x.csv")
    with pytest.raises(EmptyFile, match="no header"):
        read(tmp_path, b"\n\n")
    with pytest.raises(UnreadableFile, match="zero byte"):
        read(tmp_path, b"a,b\n1,\x00\n")
