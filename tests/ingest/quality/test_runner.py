"""Running: each batch gets its own verdict, a crash is never a verdict, nothing leaves the machine."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest

from ingest.quality import BatchUnreadable, QualityCrashed, check_batch, check_batches, runner
from ingest.quality import checks as suites
from ingest.quality.checks import Check, Severity

from .conftest import LOADED_AT, WriteBatch, sound


def test_each_batch_gets_its_own_verdict_in_the_order_given(write_batch: WriteBatch) -> None:
    bad = write_batch({"documents": [sound("documents", amount="-1"), sound("documents", document_id="F2")]})
    good = write_batch({"documents": [sound("documents")]})
    warned = write_batch({"documents": [sound("documents", due_date="2025-01-01")]})
    other = write_batch({"fx_rates": [sound("fx_rates")]})
    folders = [bad, good, warned, other]
    reports = check_batches(folders, docs_dir=None, loaded_at=LOADED_AT)
    assert [report.batch_id for report in reports] == [folder.name for folder in folders]
    assert [len(report.blocking_failures) for report in reports] == [1, 0, 0, 0]
    assert [len(report.warnings) for report in reports] == [0, 0, 1, 0]
    assert reports[0].blocking_failures[0].observed == "1 / 2"
    assert {result.entity for result in reports[3].results} == {"_batch", "fx_rates"}
    assert {report.source for report in reports} == {"prueba"}


def test_no_more_than_five_examples_are_shown_of_many(write_batch: WriteBatch) -> None:
    rows = [sound("documents", document_id=f"F{number}", amount="-1") for number in range(12)]
    report = check_batch(write_batch({"documents": rows}), docs_dir=None, loaded_at=LOADED_AT)
    (failure,) = report.blocking_failures
    assert failure.unexpected_count == 12
    assert [example.split()[0] for example in failure.examples] == ["#1", "#2", "#3", "#4", "#5"]


def test_a_check_that_dies_is_not_a_check_that_failed(
    write_batch: WriteBatch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = Check(
        entity="documents",
        check_id="dies",
        severity=Severity.WARNING,
        breaches="SELECT batch_id, line, no_such_column AS example FROM {batch}",
        expected="",
        words_es="",
        words_en="",
    )
    monkeypatch.setitem(suites.CHECKS, "documents", (*suites.CHECKS["documents"], broken))
    batch = write_batch({"documents": [sound("documents", amount="-1")]})
    with pytest.raises(QualityCrashed) as crash:
        check_batch(batch, docs_dir=tmp_path / "docs", loaded_at=LOADED_AT)
    assert crash.value.where == "documents.dies"
    assert "no_such_column" in crash.value.found
    assert not (tmp_path / "docs").exists()


def test_a_folder_without_manifest_is_no_batch(write_batch: WriteBatch) -> None:
    batch = write_batch({"documents": [sound("documents")]})
    (batch / "_batch.parquet").unlink()
    with pytest.raises(BatchUnreadable, match=r"no _batch\.parquet") as error:
        check_batch(batch, docs_dir=None, loaded_at=LOADED_AT)
    assert error.value.where == str(batch)


@pytest.mark.parametrize("name", ["documents.parquet", "_batch.parquet"])
def test_a_truncated_file_is_named(name: str, write_batch: WriteBatch) -> None:
    batch = write_batch({"documents": [sound("documents")]})
    file = batch / name
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(BatchUnreadable) as error:
        check_batch(batch, docs_dir=None, loaded_at=LOADED_AT)
    assert error.value.where == str(file)


def test_nothing_leaves_the_machine(write_batch: WriteBatch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(self: socket.socket, address: Any) -> NoReturn:
        raise AssertionError(f"a check connected to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    batch = write_batch({"documents": [sound("documents")]})
    assert check_batch(batch, docs_dir=tmp_path / "docs", loaded_at=LOADED_AT).results


def test_the_list_of_checks_is_had_without_great_expectations() -> None:
    code = "import sys, ingest.quality as q; assert q.ENTITY_CHECKS; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_named_twice_is_read_once(write_batch: WriteBatch) -> None:
    batch = write_batch({"documents": [sound("documents")]})
    first, second = check_batches([batch, batch], docs_dir=None, loaded_at=LOADED_AT)
    assert first == second
    assert first.blocking_failures == ()


def test_no_batches_no_work() -> None:
    assert runner.check_batches([], docs_dir=None, loaded_at=LOADED_AT) == ()


def test_the_report_is_kept_as_parquet(write_batch: WriteBatch, tmp_path: Path) -> None:
    report = check_batch(
        write_batch({"documents": [sound("documents", amount="-1")]}), docs_dir=None, loaded_at=LOADED_AT
    )
    file = tmp_path / "checks" / f"{report.batch_id}.parquet"
    report.to_parquet(file)
    report.to_parquet(file)
    con = duckdb.connect()
    described = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
    assert [(row[0], row[1]) for row in described] == [
        ("batch_id", "VARCHAR"),
        ("source", "VARCHAR"),
        ("entity", "VARCHAR"),
        ("check_id", "VARCHAR"),
        ("severity", "VARCHAR"),
        ("passed", "BOOLEAN"),
        ("observed", "VARCHAR"),
        ("expected", "VARCHAR"),
        ("unexpected_count", "BIGINT"),
        ("words_es", "VARCHAR"),
        ("words_en", "VARCHAR"),
        ("checked_at", "TIMESTAMP"),
    ]
    failed = con.execute(
        "SELECT entity, check_id, unexpected_count, checked_at FROM read_parquet(?) WHERE NOT passed", [str(file)]
    ).fetchall()
    assert failed == [("documents", "amount_not_negative", 1, LOADED_AT)]
    assert con.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone() == (len(report.results),)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
