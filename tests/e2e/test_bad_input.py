"""Bad input by the command line: told in words, kept to the byte, and what is published is not even touched."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from .bad_files import BAD_FILES, LAST, BadFile, documents, with_cell, workbook
from .books import NAMES, first_delivery, invoice
from .command import CARTERA, FACTS, Home, says_everything


@pytest.fixture(scope="module")
def home(base: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A published home that bad files are thrown at, one after the other."""
    return base.copy_to(tmp_path_factory.mktemp("bad") / "home")


def adds_up(home: Home) -> None:
    """Rows of every file = accepted + rejected, and so the amounts; a refused file has nothing in the lake."""
    wrong = "rows_in_file <> rows_accepted + rows_rejected or amount_in_file <> amount_accepted + amount_rejected"
    for table in ("batches", "refused"):
        assert home.lake(f"select file_name, rows_in_file, rows_accepted from {table} where {wrong}") == []
    assert home.lake("select file_name from refused where rows_accepted <> 0 or status <> 'refused'") == []


@pytest.mark.parametrize("bad", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_told_and_kept_and_nothing_changes(home: Home, tmp_path: Path, bad: BadFile) -> None:
    before, loaded = home.state(), home.lake("select batch_id from batches order by 1")
    content = bad.content()
    path = tmp_path / bad.name
    path.write_bytes(content)
    answer = home.cartera("ingest", path, *bad.options)
    assert answer.code == 1, answer.err
    says_everything(answer.error, 1)
    told = " ".join(str(answer.error[fact]) for fact in FACTS)
    assert bad.name in answer.error["where"]
    assert [words for words in bad.words if words not in told] == []
    assert path.read_bytes() == content
    assert [kept.parent.name for kept in home.kept(content)] == ["rejected"]
    assert home.state() == before
    assert home.lake("select batch_id from batches order by 1") == loaded
    adds_up(home)


def test_for_people_the_same_in_lines(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "documents_comas.csv"
    path.write_bytes(BAD_FILES["amount 12,34,56"].content())
    answer = home.run([CARTERA, "ingest", path])
    assert (answer.code, answer.out) == (1, "")
    lines = [line for line in answer.err.splitlines() if not line.startswith("[")]
    assert lines[0].startswith("cartera: 1 of 2 rows cannot be read")
    assert [line.split()[0] for line in lines[1:]] == ["where:", "found:", "expected:", "next:"]


BAD_CELLS = [
    ("due_date", "2025-02-30", "not_a_date", "no es una fecha que exista"),
    ("amount", "12,34,56", "not_a_number", "no es un número"),
    ("amount", "1e5000", "not_a_number", "no es un número"),
    ("amount", "NaN", "not_a_number", "no es un número"),
    ("amount", "99999999999999999999.99", "out_of_range", "demasiado grande"),
    ("amount", "10.123456", "too_many_decimals", "perdería dinero"),
    ("document_type", "factura", "not_allowed", "no es un valor"),
    ("currency", "PESOS", "not_a_currency", "no es un código de moneda"),
    ("document_id", "", "missing_value", "obligatorio"),
]


def test_bad_rows_among_many_stay_out_and_are_told(home: Home, tmp_path: Path) -> None:
    good = [invoice(number) for number in range(LAST, LAST + 1000)]
    bad = [with_cell(column, value, LAST + 2000 + n) for n, (column, value, _, _) in enumerate(BAD_CELLS)]
    path = tmp_path / "documents_casi_buenos.csv"
    path.write_bytes(documents(*good, *bad))
    answer = home.cartera("ingest", path)
    assert answer.code == 0, answer.err
    (result,) = answer.data["loaded"]
    assert (result["rows_in_file"], result["rows"]["documents"], result["rows_rejected"]) == (1009, 1000, 9)
    assert [(reject["line"], reject["column"], reject["value"], reject["code"]) for reject in result["rejected"]] == [
        (1002 + n, column, value or None, code) for n, (column, value, code, _) in enumerate(BAD_CELLS)
    ]
    for reject, (_, _, _, words) in zip(result["rejected"], BAD_CELLS, strict=True):
        assert words in reject["reason_es"]
    assert home.lake(f"select line, code from rejected where file_name = '{path.name}' order by 1") == [
        (1002 + n, code) for n, (_, _, code, _) in enumerate(BAD_CELLS)
    ]
    adds_up(home)


def test_a_header_without_rows_is_no_news(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "documents_solo_titulos.csv"
    path.write_bytes(documents())
    answer = home.cartera("ingest", path)
    assert answer.code == 0, answer.err
    assert answer.data["loaded"][0]["rows"] == {"documents": 0}
    adds_up(home)


def test_the_same_file_twice_is_a_no_op(home: Home, tmp_path: Path) -> None:
    path, again = tmp_path / "documents_una.csv", tmp_path / "documents_otra_vez.csv"
    for each in (path, again):
        each.write_bytes(documents(invoice(LAST + 200)))
    assert home.cartera("ingest", path).data["loaded"][0]["status"] == "loaded"
    loaded = home.lake("select batch_id, batch_seq, file_name from batches order by 1")
    answer = home.cartera("ingest", again)
    assert answer.code == 0, answer.err
    assert answer.data["loaded"][0]["status"] == "already_loaded"
    assert "documents_una.csv" in answer.data["loaded"][0]["reason"]
    assert home.lake("select batch_id, batch_seq, file_name from batches order by 1") == loaded
    assert len(home.kept(path.read_bytes())) == 1


NAMES_OF_FILES = {
    "not UTF-8": b"documents_a\xf1o.csv",
    "very long": b"documents_" + b"x" * 236 + b".csv",
    "strange letters": b"documents_\n;'\" $(id) \x1b[31m.csv",
    "other alphabets": "documents_año_漢😀.csv".encode(),
}


@pytest.mark.parametrize("name", NAMES_OF_FILES.values(), ids=NAMES_OF_FILES)
def test_a_file_s_name_does_not_matter(home: Home, tmp_path: Path, name: bytes) -> None:
    content = documents(invoice(LAST + 300 + len(name)))
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(content)
    answer = home.cartera("ingest", path)
    assert answer.code == 0, answer.err
    assert answer.data["loaded"][0]["rows"] == {"documents": 1}
    assert len(home.kept(content)) == 1
    assert home.cartera("ingest", path).data["loaded"][0]["status"] == "already_loaded"


@pytest.mark.slow
def test_a_refresh_of_bad_files_and_known_ones_publishes_nothing(base: Home, tmp_path: Path) -> None:
    home = base.copy_to(tmp_path / "home")
    before, loaded = home.state(), home.lake("select * from batches order by batch_id")
    known = first_delivery(home.landing)
    bad = [BAD_FILES[name] for name in ("impossible date", "zip bomb", "empty file")]
    for file in bad:
        (home.landing / file.name).write_bytes(file.content())
    answer = home.refresh()
    assert answer.code == 1, answer.err
    says_everything(answer.error, 1)
    for file in bad:
        assert file.name in answer.error["where"]
        assert [kept.parent.name for kept in home.kept(file.content())] == ["rejected"]
    assert f"{len(known)} other files were loaded" in answer.error["next_step"]
    assert list(home.landing.iterdir()) == []
    assert home.lake("select * from batches order by batch_id") == loaded
    assert home.state() == before
    assert home.ask("select count(*) > 0 from fct_receivable_entry") == [(True,)]
    again = home.refresh()
    assert (again.code, again.data["status"]) == (0, "unchanged")
    assert home.state() == before


@pytest.mark.slow
def test_good_files_beside_bad_ones_and_one_still_being_written(base: Home, tmp_path: Path) -> None:
    home = base.copy_to(tmp_path / "home")
    good = documents(invoice(LAST + 1))
    (home.landing / "documents_bueno.csv").write_bytes(good)
    (home.landing / os.fsdecode(b"documents_a\xf1o.csv")).write_bytes(documents(invoice(LAST + 2)))
    bad = BAD_FILES["amount 12,34,56"]
    (home.landing / bad.name).write_bytes(bad.content())
    (home.landing / "~$documents_abierto.xlsx").write_bytes(b"who has it open")
    growing = home.landing / "documents_creciendo.csv"
    growing.write_bytes(documents())
    stop = threading.Event()

    def grow() -> None:
        number = LAST + 1000
        with growing.open("ab") as file:
            while not stop.wait(0.05):
                file.write((",".join(invoice(number)) + "\n").encode())
                file.flush()
                number += 1

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        answer = home.refresh()
    finally:
        stop.set()
        writer.join()
    assert answer.code == 1, answer.err
    says_everything(answer.error, 1)
    assert bad.name in answer.error["where"]
    assert [kept.parent.name for kept in home.kept(bad.content())] == ["rejected"]
    # the good ones are not kept waiting by the bad one; of the growing one nothing was taken
    new = f"document_id between 'INV-{LAST:04}' and 'INV-9999'"
    found = home.ask(f"select document_id from dim_receivable_item where {new}")
    assert sorted(document for (document,) in found) == [f"INV-{LAST + 1:04}", f"INV-{LAST + 2:04}"]
    assert [kept.parent.parent.name for kept in home.kept(good)] == ["archive"]
    assert sorted(path.name for path in home.landing.iterdir()) == [growing.name, "~$documents_abierto.xlsx"]
    adds_up(home)
    assert home.ask("select file_name from rejected_rows where is_file_refused") == [(bad.name,)]
    whole = growing.read_bytes()
    (result,) = home.cartera("ingest", growing).data["loaded"]
    assert result["rows"] == {"documents": whole.count(b"\n") - 1}


def test_hostile_names_arrive_as_they_are(base: Home) -> None:
    assert base.ask("select name from dim_customer order by customer_id") == [(name,) for name in NAMES]
    answer = base.cartera("sql", "select name from dim_customer order by customer_id", "--format", "json")
    assert [row["name"] for row in answer.data] == list(NAMES)


def test_a_workbook_that_is_whole_is_read(home: Home, tmp_path: Path) -> None:
    """The damaged workbooks above are refused for their damage, not for being workbooks."""
    path = tmp_path / "documents_entero.xlsx"
    path.write_bytes(workbook())
    answer = home.cartera("ingest", path)
    assert answer.code == 0, answer.err
    assert answer.data["loaded"][0]["rows"] == {"documents": 40}
