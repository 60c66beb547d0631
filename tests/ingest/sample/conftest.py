"""The tiny group, simulated and written once for all tests of the sample."""

from __future__ import annotations

import pytest

from ingest.sample import Exports, Group, Truth, find_truth, simulate, write_exports


@pytest.fixture(scope="session")
def tiny() -> Group:
    return simulate("tiny")


@pytest.fixture(scope="session")
def small() -> Group:
    return simulate("small")


@pytest.fixture(scope="session")
def truth(tiny: Group) -> Truth:
    return find_truth(tiny)


@pytest.fixture(scope="session")
def exports(tiny: Group, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return write_exports(tiny, tmp_path_factory.mktemp("exports"))
