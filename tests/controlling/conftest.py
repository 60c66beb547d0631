"""The scenarios and the group as companies of one home, loaded in three deliveries and built once."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from homes import build_figures, load, new_home

from controlling.group_books import write_group
from controlling.scenarios import DELIVERIES, write_delivery

TODAY = DELIVERIES[-1]


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("tie_out")
    settings = new_home(folder / "home")
    load(settings, write_group(folder / "group"), on=DELIVERIES[0])
    for day in DELIVERIES:
        load(settings, write_delivery(folder / "csv", day), on=day)
    with duckdb.connect(str(build_figures(settings, TODAY)), read_only=True) as connection:
        yield connection
