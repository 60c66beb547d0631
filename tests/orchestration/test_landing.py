"""The landing folder: a file leaves it only when its bytes are kept elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import archive, stability
from orchestration.clock import Clock
from orchestration.home import initialise
from orchestration.landing import landed_files, load_landed
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
