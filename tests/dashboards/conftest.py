"""A home with the hand-made publication, and the app run over it without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from published_file import publish, settle
from streamlit import config
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
OpenApp = Callable[..., AppTest]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home with settings, named by CARTERA_HOME, on a server bound to loopback."""
    monkeypatch.setenv("CARTERA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CARTERA_AUTH", raising=False)
    monkeypatch.delenv("CARTERA_TODAY", raising=False)
    bound = config.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")
    yield settle(tmp_path / "home")
    config.set_option("server.address", bound)
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the hand-made publication, built once."""
    folder = tmp_path_factory.mktemp("ready")
    publish(folder)
    return folder


@pytest.fixture
def published(home: Path, ready: Path) -> Path:
    """The home with the hand-made publication."""
    shutil.copytree(ready, home, dirs_exist_ok=True)
    return home


@pytest.fixture
def open_app() -> OpenApp:
    """Opens the app at an address: `open_app(company="MX01")`, another page by `page="ageing"`."""

    def opened(**parameters: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=30)
        for key, value in parameters.items():
            app.query_params[key] = value
        return app.run()

    return opened
