"""`cartera doctor`: what it sees, and the exit code for monitors."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli import run
from orchestration.lock import writer_lock
from orchestration.settings import load_settings

TODAY = "2026-06-30"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert run(["init", "--home", str(tmp_path / "home")]) == 0
    return tmp_path / "home"


def publish(
    home: Path, *, as_of: str = TODAY, loaded: str = TODAY, unexplained: str = "0", has_ledger: bool = True
) -> None:
    """A published file with what the doctor looks at."""
    with duckdb.connect(str(home / "published" / "cartera.duckdb")) as connection:
        connection.execute(
            f"""
            CREATE TABLE publication AS SELECT 'p1' AS id, TIMESTAMP '2026-06-30 12:00:00' AS built_at,
                DATE '{as_of}' AS as_of, 9 AS checks_passed, 9 AS checks_total;
            CREATE TABLE data_health AS SELECT 'erp' AS source, TIMESTAMP '{loaded} 10:00:00' AS last_loaded_at,
                0 AS checks_failed;
            CREATE TABLE dim_company AS SELECT 'ACME' AS company;
            CREATE TABLE tie_out_verdict AS SELECT 'ACME' AS company, '1105' AS account, DATE '2026-05-31' AS as_of,
                'MXN' AS currency, {unexplained}::DECIMAL(38, 4) AS unexplained WHERE {has_ledger};
            CREATE TABLE ledger_exception (kind VARCHAR, severity VARCHAR, title_en VARCHAR, title_es VARCHAR);
            """
        )
    (home / "ops" / "last_refresh.json").write_text(
        json.dumps({"status": "published", "at": "2026-06-30T12:00:00"}), encoding="utf-8"
    )


def examine(home: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    capsys.readouterr()
    code = run(["doctor", "--json", "--today", TODAY, "--home", str(home)])
    answer = json.loads(capsys.readouterr().out)
    assert answer["exit_code"] == code
    assert answer["healthy"] is (code == 0)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for finding in answer["findings"]:
        by_name.setdefault(finding["name"], []).append(finding)
    return code, by_name


def test_a_healthy_home(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    code, findings = examine(home, capsys)
    assert code == 0
    assert {name for name in findings if findings[name][0]["status"] == "ok"} >= {
        "versions", "home", "disk", "lock", "refresh", "publication", "freshness", "tie-out", "ledger",
    }  # fmt: skip


def test_what_is_odd_in_the_ledger_is_told_and_healthy(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    with duckdb.connect(str(home / "published" / "cartera.duckdb")) as connection:
        connection.execute(
            "INSERT INTO ledger_exception VALUES ('late', 'note', 'Late ones', 'Tardíos'),"
            " ('late', 'note', 'Late ones', 'Tardíos'), ('lost', 'warning', 'Lost ones', 'Perdidos')"
        )
    code, findings = examine(home, capsys)
    assert code == 0
    assert [(found["status"], found["detail"]) for found in findings["ledger"]] == [
        ("note", "Lost ones: 1"),
        ("note", "Late ones: 2"),
    ]
    assert "kind = 'lost'" in findings["ledger"][0]["next_step"]


def test_a_file_of_an_earlier_version_does_not_frighten(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    with duckdb.connect(str(home / "published" / "cartera.duckdb")) as connection:
        connection.execute("DROP TABLE ledger_exception")
    code, findings = examine(home, capsys)
    assert (code, findings["ledger"][0]["status"]) == (0, "note")
    assert "cartera refresh" in findings["ledger"][0]["next_step"]


def test_nothing_published_is_not_healthy(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, findings = examine(home, capsys)
    assert code == 1
    assert findings["publication"][0]["status"] == "failed"
    assert "cartera refresh" in findings["publication"][0]["next_step"]


def test_no_home_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--home", str(tmp_path / "typo")]) == 1
    assert "cartera init" in capsys.readouterr().err


def test_an_old_publication(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home, as_of="2026-06-27")
    code, findings = examine(home, capsys)
    assert code == 1
    assert "3 days behind 2026-06-30" in findings["publication"][0]["detail"]


@pytest.mark.parametrize(("loaded", "code"), [("2026-06-29", 0), ("2026-06-28", 1)])
def test_a_source_is_late_by_what_cartera_yml_expects(
    home: Path, capsys: pytest.CaptureFixture[str], loaded: str, code: int
) -> None:
    publish(home, loaded=loaded)
    (home / "cartera.yml").write_text(
        "sources: [{name: erp, profile: cartera, files: '*.csv', expected_every_days: 1}]\n", encoding="utf-8"
    )
    found, findings = examine(home, capsys)
    assert (found, findings["freshness"][0]["status"]) == (code, "failed" if code else "ok")


def test_a_source_that_never_came(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    (home / "cartera.yml").write_text(
        "sources: [{name: bank, profile: mt940, files: '*.sta', expected_every_days: 1}]\n", encoding="utf-8"
    )
    code, findings = examine(home, capsys)
    assert code == 1
    assert "bank: never loaded" in findings["freshness"][1]["detail"]


@pytest.mark.parametrize(
    ("unexplained", "status"), [("0.01", "ok"), ("-0.01", "ok"), ("0.02", "failed"), ("-0.02", "failed")]
)
def test_tie_out_against_the_tolerance(
    home: Path, capsys: pytest.CaptureFixture[str], unexplained: str, status: str
) -> None:
    publish(home, unexplained=unexplained)
    (home / "cartera.yml").write_text("tie_out: {tolerance: {MXN: 0.01, default: 5}}\n", encoding="utf-8")
    code, findings = examine(home, capsys)
    (finding,) = findings["tie-out"]
    assert (code, finding["status"]) == (1 if status == "failed" else 0, status)
    assert "ACME 1105 on 2026-05-31" in finding["detail"]


def test_no_ledger_is_a_note(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home, has_ledger=False)
    code, findings = examine(home, capsys)
    assert (code, findings["tie-out"][0]["status"]) == (0, "note")


@pytest.mark.parametrize(
    ("last", "detail"),
    [
        ({"status": "refused", "at": "x", "reason_es": "no cuadra"}, "no cuadra"),
        ({"status": "failed", "at": "x"}, "no reason"),
    ],
)
def test_a_refused_refresh(home: Path, capsys: pytest.CaptureFixture[str], last: dict[str, str], detail: str) -> None:
    publish(home)
    (home / "ops" / "last_refresh.json").write_text(json.dumps(last), encoding="utf-8")
    code, findings = examine(home, capsys)
    assert code == 1
    assert detail in findings["refresh"][0]["detail"]


def test_a_look_that_fails_is_a_finding_and_the_others_go_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    (home / "ops" / "last_refresh.json").write_text("{", encoding="utf-8")
    code, findings = examine(home, capsys)
    assert code == 1
    assert "could not be looked at" in findings["refresh"][0]["detail"]
    assert findings["tie-out"][0]["status"] == "ok"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port nobody listens on, kept from others while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_mail_server_out_of_reach_is_4(home: Path, capsys: pytest.CaptureFixture[str], closed_port: int) -> None:
    publish(home)
    mail = f"mail: {{enabled: true, host: 127.0.0.1, port: {closed_port}, security: none, timeout_seconds: 2}}\n"
    (home / "cartera.yml").write_text(mail, encoding="utf-8")
    code, findings = examine(home, capsys)
    assert (code, findings["mail"][0]["status"]) == (4, "unreachable")


def test_a_password_that_is_not_set_is_1(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(home)
    monkeypatch.delenv("NO_SUCH_PASSWORD", raising=False)
    mail = "mail: {enabled: true, username_env: NO_SUCH_USER, password_env: NO_SUCH_PASSWORD}\n"
    (home / "cartera.yml").write_text(mail, encoding="utf-8")
    code, findings = examine(home, capsys)
    assert code == 1
    assert "NO_SUCH_PASSWORD" in findings["mail"][0]["detail"]


def test_a_home_open_to_all(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    home.chmod(0o755)
    code, findings = examine(home, capsys)
    assert (code, findings["home"][0]["status"]) == (0, "note")
    home.chmod(0o777)
    code, findings = examine(home, capsys)
    assert (code, findings["home"][0]["status"]) == (1, "failed")


def test_a_refresh_that_runs_is_a_note(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    import subprocess
    import sys

    code = (
        "from pathlib import Path; from orchestration.lock import writer_lock; "
        "from orchestration.settings import load_settings\n"
        f"with writer_lock(load_settings(Path({str(home)!r}))): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        healthy, findings = examine(home, capsys)
        assert (healthy, findings["lock"][0]["status"]) == (0, "note")
        assert run(["refresh", "--home", str(home), "--json"]) == 3
        holder.communicate("\n")
    with writer_lock(load_settings(home)):
        pass


def test_files_that_wait_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    assert [finding["status"] for finding in examine(home, capsys)[1]["landing"]] == ["ok"]
    (home / "landing" / "Receivable Move Lines.csv").write_text("ID\n1\n")
    code, findings = examine(home, capsys)
    assert (code, findings["landing"][0]["status"]) == (0, "note")
    assert findings["landing"][0]["detail"] == "waiting: Receivable Move Lines.csv"
