"""Run again, rebuild, other order, other files: the same figures, and nothing done that need not be."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from .books import first_delivery, second_delivery, write
from .command import Home
from .conftest import Grown, new_home
from .tables import ARRIVAL, TIMES, differences, tables_of

SECONDS = 30  # on a quiet machine it takes two


def test_a_second_refresh_changes_nothing_and_takes_seconds(base: Home, capsys: pytest.CaptureFixture[str]) -> None:
    before = base.state()
    answer = base.refresh()
    with capsys.disabled():
        print(f"\n[measured] second refresh, nothing new: {answer.seconds:.1f} s")
    assert answer.code == 0, answer.err
    assert answer.data["status"] == "unchanged"
    assert answer.data["publication"]["id"] == base.publication_id()
    assert base.state() == before
    assert answer.seconds < SECONDS


@pytest.mark.slow
def test_a_rebuild_from_the_lake_gives_the_same_tables(grown: Grown, tmp_path: Path) -> None:
    home = grown.home.copy_to(tmp_path / "home")
    before = home.state()
    shutil.rmtree(home.path / "warehouse")
    answer = home.cartera("rebuild", "--today", "2025-06-30")
    assert answer.code == 0, answer.err
    assert answer.data["status"] == "published"
    assert home.state().inode != before.inode
    assert differences(tables_of(home.published), grown.tables) == []


@pytest.mark.slow
def test_the_same_rows_in_another_order_and_other_files_give_the_same_figures(
    base: Home, grown: Grown, tmp_path: Path
) -> None:
    """All at once instead of in two deliveries, the later rows first, the long files in three pieces."""
    home = new_home(tmp_path / "home")
    # what is parsed once need not be parsed again; nothing of the books is in there
    shutil.copytree(base.path / "warehouse" / "dbt", home.path / "warehouse" / "dbt")
    number = 0
    for path in [*reversed(second_delivery(tmp_path / "b")), *reversed(first_delivery(tmp_path / "a"))]:
        entity = path.stem.removesuffix("_2025-06-15").removesuffix("_2025-06-30")
        if path.suffix != ".csv":
            (home.landing / f"0_{path.name}").write_bytes(path.read_bytes())
            continue
        with path.open(encoding="utf-8", newline="") as file:
            columns, *rows = list(csv.reader(file))
        pieces = 3 if len(rows) > 30 else 1
        for piece in range(pieces):
            number += 1
            folder = home.landing / f"{number:02}"
            write(folder / f"{entity}_{number}.csv", columns, list(reversed(rows[piece::pieces])))
    answer = home.refresh()
    assert answer.code == 0, answer.err
    assert len(answer.data["loaded"]) == number + 1 > 8
    apart = TIMES | ARRIVAL
    assert differences(tables_of(home.published, without=apart), tables_of(grown.home.published, without=apart)) == []
