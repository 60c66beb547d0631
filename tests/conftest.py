"""Fixtures of every room."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real exports and design beside the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("REAL EXPORTS ABSENT: ../shared/data is not beside the project; nothing real was read")
    return SHARED
