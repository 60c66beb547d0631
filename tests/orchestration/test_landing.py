"""The landing folder: a file leaves it only when its bytes are kept elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest import archive, stability
from orchestration.clock import Clock
from orchestration.home import initialise
from orchestration.landing import landed_files, load, load_landed
from orchestration.settings import Settings, load_settings

CLOCK = Clock(date(2025, 6, 30), fixed=True)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(stability, "SECONDS_BETWEEN_LOOKS", 0)
    initialise(tmp_path / "home")
    return load_settings(tmp_path / "home")


def test_a_file_that_cannot_be_opened_is_refused_and_stays(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is ours, so removing it would work; but nobody has its bytes."""
    locked = settings.landing_dir / "companies.csv"
    locked.write_text("company,name,country,functional_currency\nMX,Uno,MX,MXN\n")
    opened = Path.open

    def refuse(path: Path, *args: Any, **options: Any) -> Any:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(archive.Path, "open", refuse)
    outcome = load_landed(settings, CLOCK)
    assert [(refusal.file, refusal.error["found"]) for refusal in outcome.refused] == [
        ("companies.csv", "Permission denied")
    ]
    assert locked.exists()

    monkeypatch.undo()
    assert [result.status for result in load_landed(settings, CLOCK).loaded] == ["loaded"]
    assert not locked.exists()


def test_a_refused_file_leaves_the_folder_and_is_kept(settings: Settings) -> None:
    (settings.landing_dir / "shopping.csv").write_text("what,how many\neggs,12\n")
    assert len(load_landed(settings, CLOCK).refused) == 1
    assert landed_files(settings.landing_dir) == []
    assert [path.read_text() for path in settings.rejected_dir.iterdir()] == ["what,how many\neggs,12\n"]


def test_a_link_is_no_way_to_have_another_file_read(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("user,password\nroot,hunter2\n")
    (settings.landing_dir / "documents.csv").symlink_to(secret)
    (settings.landing_dir / "folder").symlink_to(tmp_path, target_is_directory=True)
    assert landed_files(settings.landing_dir) == []


MOVES = (
    "ID,Number,Effective Date,Period,Journal,Origin,Description,State,Post Date\n"
    "1,M1,2025-06-01,2025-06,Cash,,,posted,2025-06-09\n"
)
LINES = (
    "ID,Move/Number,Effective Date,Move/Period,Move/Journal,Account/Code,Account,Party/Code,Party,Maturity Date,Debit,"
    "Credit,Second Currency,Amount Second Currency,Reconciliation/Number,Reconciliation/Date,Move Origin,Origin,"
    "Invoice Payment/Number,Description,Move/State\n"
    "7,M1,2025-06-01,2025-06,Cash,1.2.1,1.2.1 - x,4,Cuatro,,0,25.50,,,,,,,,,posted\n"
)
KEPT = "kept         Account Moves.csv as tryton_account_moves: nothing of it becomes rows"
LOADED = "loaded       Receivable Move Lines.csv as tryton_receivable_lines: 1 documents, 1 customers"
WAITS = (
    "left for later  Receivable Move Lines.csv: waits for tryton_account_moves (Tryton: account moves); "
    "`cartera ingest` with this file doesn't wait"
)


@pytest.fixture
def delivery(settings: Settings) -> Settings:
    (settings.home / "cartera.yml").write_text(
        "companies: [{code: MX01, name: Uno, country: MX, functional_currency: MXN}]\n"
    )
    return load_settings(settings.home)


def recorded(settings: Settings) -> list[tuple[str]]:
    return duckdb.sql(
        f"select recorded_at::date::varchar from '{settings.lake_dir}/batches/*/documents.parquet' "
        "where document_id = 'L7'"
    ).fetchall()


def test_a_file_waits_for_the_one_it_looks_things_up_in(delivery: Settings) -> None:
    """Who drops the files of a delivery one by one need not mind their order."""
    (delivery.landing_dir / "Receivable Move Lines.csv").write_text(LINES)
    for _ in range(2):
        outcome = load_landed(delivery, CLOCK)
        assert outcome.lines() == [WAITS]
        assert outcome.as_json()["waiting"] == [
            {"file": "Receivable Move Lines.csv", "message": WAITS.removeprefix("left for later  ")}
        ]
        assert [path.name for path in landed_files(delivery.landing_dir)] == ["Receivable Move Lines.csv"]

    (delivery.landing_dir / "Account Moves.csv").write_text(MOVES)
    assert load_landed(delivery, CLOCK).lines() == [KEPT, LOADED]
    assert landed_files(delivery.landing_dir) == []
    assert recorded(delivery) == [("2025-06-09",)]


def test_a_file_finds_what_was_taken_from_the_folder_before(delivery: Settings) -> None:
    (delivery.landing_dir / "Account Moves.csv").write_text(MOVES)
    assert load_landed(delivery, CLOCK).lines() == [KEPT]
    (delivery.landing_dir / "Receivable Move Lines.csv").write_text(LINES)
    assert load_landed(delivery, CLOCK).lines() == [LOADED]
    assert recorded(delivery) == [("2025-06-09",)]


def test_files_named_in_one_call_are_one_delivery(delivery: Settings, tmp_path: Path) -> None:
    for folder, name, text in (("a", "Receivable Move Lines.csv", LINES), ("b", "Account Moves.csv", MOVES)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    files = [tmp_path / "a" / "Receivable Move Lines.csv", tmp_path / "b" / "Account Moves.csv"]
    assert load(delivery, CLOCK, files).lines() == [LOADED, KEPT]
    assert recorded(delivery) == [("2025-06-09",)]


def test_who_names_a_file_does_not_wait(delivery: Settings, tmp_path: Path) -> None:
    path = tmp_path / "Receivable Move Lines.csv"
    path.write_text(LINES)
    assert load(delivery, CLOCK, [path]).lines() == [
        LOADED,
        "  note       read without tryton_account_moves (Tryton: account moves): no Post Date",
    ]
    assert recorded(delivery) == [("2025-06-01",)]
