"""A file dropped into landing/ reaches the open page by itself, and so does the word of one that was refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orchestration.clock import stopwatch

if TYPE_CHECKING:
    from playwright.sync_api import Page

from .bad_files import BAD_FILES
from .books import CARTERA_YML, mt940
from .command import CARTERA, TODAY, Home

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright (extra `dev`)")

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
TARGET_SECONDS = 45  # on a quiet machine with two cores
# A shared machine is slower; CARTERA_LIVE_SECONDS says by how much here.
LONGEST_SECONDS = float(os.environ.get("CARTERA_LIVE_SECONDS", "90"))
# How long is waited all the same, so that a slow machine is told its number.
PATIENCE = 300

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: nobody looked whether the open page follows"),
]


@dataclass(frozen=True)
class Served:
    """A home being served: the command's process, and what it said."""

    home: Home
    process: subprocess.Popen[bytes]
    address: str


def eventually(is_so: Callable[[], bool], seconds: float) -> bool:
    elapsed = stopwatch()
    while not is_so():
        if elapsed() > seconds:
            return False
        time.sleep(0.1)
    return True


def processes_of(home: Home) -> list[str]:
    """Command lines of the processes that belong to this home: by their environment or their arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            belongs = str(home.path).encode() in command + (process / "environ").read_bytes()
            state = (process / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if belongs and state != "Z":
            found.append(command.replace(b"\0", b" ").decode("utf-8", "replace")[:120])
    return found


@pytest.fixture
def served(base: Home, tmp_path: Path) -> Iterator[Served]:
    """`cartera serve` of a copy of the base home, whose day is pinned, on a free port."""
    home = base.copy_to(tmp_path / "home")
    (home.path / "cartera.yml").write_text(f"{CARTERA_YML}clock: {{today: {TODAY}}}\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told, log = tmp_path / "told.json", tmp_path / "serve.log"
    with told.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            [CARTERA, "serve", "--port", str(port), "--json"],
            env=home.environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    try:
        ready = eventually(lambda: told.stat().st_size > 0 or process.poll() is not None, PATIENCE)
        assert ready and process.poll() is None, log.read_text(encoding="utf-8")
        yield Served(home, process, json.loads(told.read_text(encoding="utf-8"))["dashboards"])
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        opened = browser.new_page(viewport={"width": 1440, "height": 1000})
        opened.goto(f"{served.address}/?lang=es", timeout=120_000)
        yield opened
        browser.close()


def shows(page: Page, text: str, seconds: float) -> None:
    playwright.expect(page.get_by_text(text).first).to_be_visible(timeout=seconds * 1000)


def test_what_is_dropped_reaches_the_open_page(served: Served, page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    home = served.home
    old = home.publication_id()
    shows(page, f"publicación {old[:8]}", 120)
    page.evaluate("window.neverReloaded = true")

    elapsed = stopwatch()
    (home.landing / "banco_2025-06-30.mt940").write_text(mt940([(5, "F-1005")]), encoding="ascii", newline="")
    assert eventually(lambda: home.publication_id() != old, PATIENCE), _last_words(home)
    published = elapsed()
    shows(page, f"publicación {home.publication_id()[:8]}", PATIENCE)
    seconds = elapsed()
    with capsys.disabled():
        print(
            f"\n[measured] dropped bank file: published after {published:.1f} s, on the open page after {seconds:.1f} s"
            f" (target {TARGET_SECONDS} s on a quiet machine)"
        )
    assert page.evaluate("window.neverReloaded") is True
    assert home.ask("select tier, status, document_id from fct_bank_match") == [("T1", "auto", "INV-0005")]

    # a file that can't be used: the same figures, and the page says why they are not newer
    good = home.state()
    bad = BAD_FILES["amount 12,34,56"]
    (home.landing / bad.name).write_bytes(bad.content())
    shows(page, "La última actualización fue rechazada", PATIENCE)
    shows(page, bad.name, 5)
    assert home.state() == good
    assert page.evaluate("window.neverReloaded") is True

    # asked to stop, everything that was started stops
    assert len(processes_of(home)) >= 4
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(60) == 0
    assert eventually(lambda: processes_of(home) == [], 20), processes_of(home)
    assert seconds < LONGEST_SECONDS


def _last_words(home: Home) -> str:
    logs = sorted((home.path / "dagster" / "logs").glob("*.log"))
    return "\n".join(f"{log.name}: {log.read_text(encoding='utf-8', errors='replace')[-1500:]}" for log in logs)
