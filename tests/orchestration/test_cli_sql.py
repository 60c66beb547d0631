"""`cartera sql`: exact, read-only, locked in."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.cli import run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "published").mkdir(parents=True)
    with duckdb.connect(str(tmp_path / "home" / "published" / "cartera.duckdb")) as connection:
        connection.execute(
            """
            CREATE TABLE t AS
            SELECT 1 AS id, '99999999999999.9999'::DECIMAL(18, 4) AS amount, DATE '2026-06-30' AS day, 'a,"b"' AS text,
                   NULL::VARCHAR AS nothing, true AS yes, ['1.10'::DECIMAL(9, 2)] AS list
            UNION ALL SELECT 2, '0.1000'::DECIMAL(18, 4), DATE '2026-07-01', 'ñ', '', false, []
            """
        )
    return tmp_path / "home"


def ask(home: Path, query: str, *options: str) -> int:
    return run(["sql", query, "--home", str(home), *options])


def test_csv_keeps_every_digit(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "FROM t ORDER BY id", "--format", "csv") == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [
        ["id", "amount", "day", "text", "nothing", "yes", "list"],
        ["1", "99999999999999.9999", "2026-06-30", 'a,"b"', "", "true", '["1.10"]'],
        ["2", "0.1000", "2026-07-01", "ñ", "", "false", "[]"],
    ]


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json_is_a_list_of_rows_with_decimals_as_text(
    home: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert ask(home, "FROM t ORDER BY id", *option) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "id": 1, "amount": "99999999999999.9999", "day": "2026-06-30", "text": 'a,"b"', "nothing": None, "yes": True,
        "list": ["1.10"],
    }  # fmt: skip
    assert (second["amount"], second["nothing"]) == ("0.1000", "")


def test_json_has_no_numbers_that_json_lacks(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "SELECT 'nan'::DOUBLE AS n, '-inf'::DOUBLE AS i, 1 AS a, 2 AS a", "--json") == 0
    text = capsys.readouterr().out
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name)) == [
        {"n": "nan", "i": "-inf", "a": 1, "a_1": 2}
    ]


def test_json_without_rows_is_an_empty_list(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "FROM t WHERE false", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_table_is_aligned_and_says_how_many(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "SELECT id, amount FROM t ORDER BY id") == 0
    assert capsys.readouterr().out.splitlines() == [
        "id               amount",
        "──  ───────────────────",
        " 1  99999999999999.9999",
        " 2               0.1000",
        "(2 rows)",
    ]


def test_table_stops_at_a_thousand_rows_and_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "FROM range(1001)") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 1000 + 1
    assert "The first 1000 rows" in lines[-1]
    assert ask(home, "FROM range(1000)") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "(1000 rows)"


def test_parquet_keeps_decimals(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.parquet"
    assert ask(home, "FROM t ORDER BY id", "--format", "parquet", "-o", str(file)) == 0
    table = pq.read_table(file)
    assert str(table.schema.field("amount").type).startswith("decimal128(18")
    assert table["amount"].to_pylist() == [Decimal("99999999999999.9999"), Decimal("0.1000")]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.parquet"]
    assert str(file) in capsys.readouterr().out


def test_a_file_is_written_whole_or_not_at_all(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    assert ask(home, "FROM t", "--format", "csv", "-o", str(file)) == 0
    before = file.read_bytes()
    assert ask(home, "SELECT CAST(text AS INT) FROM t", "--format", "csv", "-o", str(file)) == 1
    assert file.read_bytes() == before
    assert ask(home, "FROM t", "-o", str(tmp_path / "no" / "folder.csv")) == 1


def test_a_type_parquet_lacks_is_told(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.parquet"
    assert ask(home, "SELECT INTERVAL 1 DAY AS i", "--format", "parquet", "-o", str(file)) == 1
    assert "cast the column" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO t FROM t",
        "DROP TABLE t",
        "CREATE TABLE u AS FROM t",
        "COPY t TO '{folder}/leak.csv'",
        "FROM read_csv('{folder}/secret.csv')",
        "FROM '{folder}/secret.csv'",
        "ATTACH '{folder}/other.duckdb'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "INSTALL httpfs",
        "SELECT * FROM glob('{folder}/*')",
        "FROM home",
    ],
)
def test_a_query_can_neither_write_nor_reach_out(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    before = (home / "published" / "cartera.duckdb").read_bytes()
    assert ask(home, query.format(folder=tmp_path), "--json") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert json.loads(told.err)["error"]["code"] == "bad_input"
    assert (home / "published" / "cartera.duckdb").read_bytes() == before
    assert not (tmp_path / "leak.csv").exists()


@pytest.mark.parametrize("query", ["SELEC 1", "FROM nowhere", "SELECT CAST('x' AS INT)", "FROM t; FROM nowhere"])
def test_a_faulty_query_is_1_with_duckdbs_words(home: Path, capsys: pytest.CaptureFixture[str], query: str) -> None:
    assert ask(home, query) == 1
    assert "Error" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [["--format", "parquet"], ["--json", "--format", "csv"], ["--format", "xml"]], ids=" ".join
)
def test_options_that_contradict_are_2(home: Path, options: list[str]) -> None:
    assert ask(home, "FROM t", *options) == 2


def test_no_query_is_2(home: Path) -> None:
    assert ask(home, " ; ") == 2


def test_nothing_published_is_1_with_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sql", "SELECT 1", "--home", str(tmp_path), "--json"]) == 1
    assert "cartera refresh" in json.loads(capsys.readouterr().err)["error"]["next_step"]


def test_faulty_settings_do_not_stop_an_analyst(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "cartera.yml").write_text("language: fr", encoding="utf-8")
    assert ask(home, "SELECT 1 AS one", "--format", "csv") == 0
    assert capsys.readouterr().out == "one\n1\n"


def test_the_query_from_standard_input(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 7 AS seven"))
    assert ask(home, "-", "--format", "csv") == 0
    assert capsys.readouterr().out == "seven\n7\n"
