"""Same size, seed and day: the same bytes. Another seed: another group."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from ingest.sample import Exports, simulate, write_exports
from ingest.sample.simulate import first_day


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(exports: Exports, tmp_path: Path) -> None:
    again = write_exports(simulate("tiny"), tmp_path / "again")
    assert digests(exports.truth.parent) == digests(again.truth.parent)


def test_another_seed_gives_another_group(tiny) -> None:
    other = simulate("tiny", seed=7)
    assert {c.name for c in other.customers} != {c.name for c in tiny.customers}
    assert other.gl != tiny.gl


def test_an_unknown_size_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="small, medium, large"):
        simulate("enormous")


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2026, 6, 30), date(2024, 7, 1)),
        (date(2025, 12, 31), date(2024, 1, 1)),
        (date(2026, 2, 28), date(2024, 3, 1)),
        (date(2026, 3, 15), date(2024, 3, 16)),
    ],
)
def test_the_period_is_24_months(until: date, expected: date) -> None:
    assert first_day(until) == expected
