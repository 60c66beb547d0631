"""Small books, made once: what the benchmarks stand on is tested at a size that takes seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from homes import build_figures, new_home
from ledger.conftest import LEDGER_MARTS

from orchestration.clock import Clock
from orchestration.settings import Settings

from .books import Books, Delivery, open_ledger
from .floor import TABLES, build_floor
from .landing import land

SMALL = Books(2_000, customers=300)


@dataclass(frozen=True)
class Files:
    """The first delivery of the small books as files."""

    first: Delivery


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Not to be changed: landing takes files away, so it works on copies."""
    folder = tmp_path_factory.mktemp("books")
    with open_ledger(SMALL, folder / "scratch") as ledger:
        return Files(ledger.first_delivery(folder / "first"))


@dataclass(frozen=True)
class Built:
    """A home built from the first delivery by the product, and the floor's tables of the same lake."""

    settings: Settings
    published: Path
    floor: Path


@pytest.fixture(scope="session")
def built(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("benchmark")
    settings = new_home(folder / "home")
    land(settings, Clock(SMALL.last_day, fixed=True), copies(files.first.files, folder / "copies"))
    published = build_figures(settings, SMALL.last_day, only={*TABLES, *LEDGER_MARTS})
    build_floor(settings.lake_dir, folder / "floor.duckdb", SMALL.last_day, memory="1GB")
    return Built(settings, published, folder / "floor.duckdb")


def copies(paths: tuple[Path, ...], folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    made = [folder / path.name for path in paths]
    for path, copy in zip(paths, made, strict=True):
        copy.write_bytes(path.read_bytes())
    return made
