"""Take the README's pictures: the pages of the home in CARTERA_HOME, in a headless Chromium.

`make pictures` after `make demo`. Usage: python docs/pictures.py
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
IMAGES = PROJECT / "docs" / "images"
PATIENCE_MS = 120_000
SETTLING_MS = 2_500  # figures grow into place after their data is there


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as one reader sees it: width and height of the window in CSS pixels, and how sharp."""

    name: str
    address: str
    width: int
    height: int
    scale: int = 1


PICTURES = (
    Picture("overview-es", "/?company=ANDMX&lang=es", 1440, 1250),
    Picture("overview-phone-en", "/?company=ANDMX&lang=en", 390, 1000, scale=2),
)


def main() -> None:
    """Take every picture and say how large it became."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("make pictures: no Chromium was found\n  next: install it (on Debian: apt install chromium)")
    IMAGES.mkdir(exist_ok=True)
    with _served() as address, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            file = IMAGES / f"{picture.name}.png"
            _save(_taken(browser, address, picture), file)
            print(f"{file.relative_to(PROJECT)}: {file.stat().st_size / 1000:.0f} kB")
        browser.close()


def _taken(browser: Browser, address: str, picture: Picture) -> bytes:
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme="light",
    )
    page.goto(address + picture.address, timeout=PATIENCE_MS)
    page.get_by_test_id("stPlotlyChart").first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(SETTLING_MS)
    taken = page.screenshot()
    page.close()
    return taken


def _save(taken: bytes, file: Path) -> None:
    """With 256 colours: a page has few, and the file is a third as large."""
    image = Image.open(BytesIO(taken)).convert("RGB")
    image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)


@contextmanager
def _served() -> Iterator[str]:
    """The dashboards on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = PROJECT / "dashboards" / "app.py"
    home = Path(os.environ.get("CARTERA_HOME", ".cartera")).absolute()
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(app), f"--server.port={port}", "--server.headless=true"],
            env={**os.environ, "CARTERA_HOME": str(home), "CARTERA_AUTH": "off"},
            cwd=app.parent,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_until_it_answers(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            sys.exit("make pictures: the dashboards did not start; `make serve` says why")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    sys.exit("make pictures: the dashboards do not answer")


if __name__ == "__main__":
    main()
