"""`cartera sources`, on the ordinary profiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.cli import run
from orchestration.intake import ingest_context
from orchestration.settings import load_settings

CUSTOMERS = "company,customer_id,name\nACME,1,Uno\nACME,2,Dos\n"


def test_list_names_every_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "list", "--json", "--home", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    profiles = {profile["name"]: profile for profile in answer["profiles"]}
    assert {"cartera", "ibm_ar", "mt940", "camt053"} <= profiles.keys()
    assert set(profiles["mt940"]["entities"]) == {"bank_statements", "bank_transactions"}
    assert profiles["cartera"]["entities"] == ["*"]
    assert run(["sources", "list", "--home", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert all(f"\n{name} " in told for name in profiles)


def test_show_says_where_each_column_comes_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "show", "ibm_ar", "--home", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "amount" in told
    assert "InvoiceAmount" in told
    assert run(["sources", "show", "ibm_ar", "--json", "--home", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "ibm_ar"


def test_show_of_an_unknown_profile_names_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "show", "cartra", "--home", str(tmp_path)]) == 1
    assert "did you mean cartera" in capsys.readouterr().err


def test_try_tells_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    home = tmp_path / "home"
    assert run(["sources", "try", str(file), "--json", "--home", str(home)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["source"] == "cartera"
    assert answer["entities"]["customers"]["rows"] == 2
    assert answer["rejected"] == []
    assert not home.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.csv"]


def test_try_tells_what_would_be_rejected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS + "ACME,,Tres\n", encoding="utf-8")
    assert run(["sources", "try", str(file), "--home", str(tmp_path / "home")]) == 0
    told = capsys.readouterr().out
    assert "line 4" in told
    assert "would be refused whole" in told


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"what,is,this\n1,2,3\n"], ids=["empty", "bytes", "unknown"])
def test_try_of_what_can_not_be_read_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    file = tmp_path / "thing.csv"
    file.write_bytes(content)
    assert run(["sources", "try", str(file), "--json", "--home", str(tmp_path / "home")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert json.loads(told.err)["error"]["what"]


def test_a_profile_of_the_deployment_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "broken.yml").write_text("name: broken\n", encoding="utf-8")
    assert run(["sources", "list", "--home", str(tmp_path)]) == 1
    assert "broken.yml" in capsys.readouterr().err


def test_settings_become_what_ingest_knows(tmp_path: Path) -> None:
    (tmp_path / "cartera.yml").write_text(
        "companies: [{code: A, name: A, country: MX, functional_currency: MXN, bank_accounts: ['012']}]\n"
        "sources: [{name: bbva, profile: mt940, files: 'bbva_*.txt', company: A}]\n",
        encoding="utf-8",
    )
    context = ingest_context(load_settings(tmp_path))
    assert context.bank_accounts == {"012": "A"}
    assert context.companies == ("A",)
    assert context.bindings[0].matches("BBVA_enero.TXT")
    assert (context.bindings[0].profile, context.bindings[0].company) == ("mt940", "A")
    assert context.own_sources == tmp_path / "sources"


def test_a_file_that_is_known_and_not_needed_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "Periods.csv"
    file.write_text(
        "Name,Fiscal Year,Start Date,End Date,State,Type\n2025-01,2025,2025-01-01,2025-01-31,open,standard\n"
    )
    home = ["--home", str(tmp_path / "home")]
    assert run(["sources", "try", str(file), *home]) == 0
    told = capsys.readouterr().out
    assert "tryton_unused" in told
    assert "nothing of it becomes rows: it is known and not needed" in told
    assert run(["sources", "try", str(file), "--json", *home]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["entities"], answer["known_as"], answer["rows_in_file"]) == ({}, "unused", 1)


def test_show_tells_what_is_derived_and_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path)]
    assert run(["sources", "show", "tryton_receivable_lines", *home]) == 0
    told = capsys.readouterr().out
    assert "Net                      ← Debit − Credit" in told
    assert "Rate                     ← Net ÷ Foreign amount" in told
    assert "Post Date                ← Post Date of tryton_account_moves, where Number is Move/Number" in told
    assert "← the currency of the company's books" in told
    assert run(["sources", "show", "tryton_account_moves", *home]) == 0
    assert "other files of its delivery look things up in it" in capsys.readouterr().out
    assert run(["sources", "list", "--json", *home]) == 0
    profiles = {profile["name"]: profile for profile in json.loads(capsys.readouterr().out)["profiles"]}
    assert profiles["tryton_unused"]["entities"] == []
