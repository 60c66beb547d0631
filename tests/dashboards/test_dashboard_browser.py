"""The served app in a real browser: nothing leaves the machine, no error on the console, clicks drill, and a new
publication reaches the open page by itself.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from published_file import publish, settle

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright (extra `dev`)")

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
# Streamlit looks for its own endpoints beside a page's path before it looks at the root; the first look finds nothing
PROBES = ("/ageing/_stcore/health", "/ageing/_stcore/host-config")
PATIENCE = 60_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the pages were not looked at in a browser"),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The app over the hand-made publication, on a free port of loopback: (address, home)."""
    home = settle(tmp_path / "home")
    publish(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(APP), f"--server.port={port}"],
            env={**os.environ, "CARTERA_HOME": str(home), "CARTERA_AUTH": "off"},
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}", home
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(120):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server does not answer")


class Watched:
    """A page whose requests, responses and console are kept."""

    def __init__(self, browser: playwright.Browser, width: int) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme="dark")
        self.abroad: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._requested)
        self.page.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)

    def _requested(self, request: playwright.Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.abroad.append(request.url)

    def _answered(self, response: playwright.Response) -> None:
        if response.status >= 400 and urlsplit(response.url).path not in PROBES:
            self.errors.append(f"{response.status} {response.url}")

    def _said(self, message: playwright.ConsoleMessage) -> None:
        # a failed load is in `_answered` too, with its address
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def sees(self, text: str) -> None:
        playwright.expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE)


@pytest.fixture
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


def test_the_whole_round(served: tuple[str, Path], browser: playwright.Browser) -> None:
    address, home = served
    desk = Watched(browser, 1440)
    desk.page.goto(f"{address}/?company=MX01&segment=A", timeout=PATIENCE)
    desk.sees("19.0 mil")
    desk.sees("Cuadra con la contabilidad")
    fonts = desk.page.evaluate(
        "document.fonts.ready.then(f => [...f].filter(x => x.status === 'loaded').map(x => x.family))"
    )
    assert "Inter" in fonts

    # a new publication reaches the open page by itself, and the filter stays
    publish(home, "cccc2222", extra_invoice=Decimal(5000))
    desk.sees("24.0 mil")
    assert "segment=A" in desk.page.url

    # a customer among the exposures leads to the customer's items, by keyboard too
    desk.page.get_by_role("link", name="Abarrotes del Norte").last.press("Enter")
    desk.sees("Partidas abiertas · Abarrotes del Norte")
    assert "/ageing" in desk.page.url and "customer=MX01%2FA" in desk.page.url
    assert desk.abroad == []
    assert desk.errors == []


def test_on_a_phone_nothing_is_wider_than_the_screen(served: tuple[str, Path], browser: playwright.Browser) -> None:
    address, _ = served
    phone = Watched(browser, 390)
    for path in ("?company=MX01&lang=en", "ageing?company=MX01&lang=en"):
        phone.page.goto(f"{address}/{path}", timeout=PATIENCE)
        phone.sees("Ties to the ledger")
        phone.page.get_by_test_id("stPlotlyChart").first.wait_for(timeout=PATIENCE)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not phone.page.get_by_text("Segment", exact=True).first.is_visible(), "folded behind the switch"
        # who, how much and how late stand on the screen without a swipe
        for seen in phone.page.locator("table.phone-list td:visible, [data-testid=stDataFrame]:visible").all():
            box = seen.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    tables = phone.page.get_by_test_id("stDataFrame").locator("visible=true")
    playwright.expect(tables, "the phone's tables only").to_have_count(2, timeout=PATIENCE)
    phone.page.get_by_text("More filters").click()
    playwright.expect(phone.page.get_by_test_id("stSelectbox").filter(has_text="Segment")).to_be_visible()
    assert phone.abroad == []
    assert phone.errors == []
