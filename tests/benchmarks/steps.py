"""What a benchmark runs in a process of its own: `python -m tests.benchmarks.steps STEP ARGUMENTS`, one JSON on stdout.

Steps that are the product's call its own functions; nothing of them is written again here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from .books import Books, Delivery, open_ledger
from .floor import build_floor
from .questions import ask_all


def write_books(folder: str, invoices: str, customers: str, deliveries: str, memory: str) -> Any:
    """The first delivery and as many later ones as files under `folder`."""
    place = Path(folder)
    with open_ledger(Books(int(invoices), int(customers)), place / "scratch", memory=memory) as ledger:
        first = ledger.first_delivery(place / "delivery-0")
        later = [ledger.next_delivery(place / f"delivery-{n}", n) for n in range(1, int(deliveries) + 1)]
    return [_told(delivery) for delivery in (first, *later)]


def land(home: str, today: str, folder: str) -> Any:
    """The first delivery into the lake of a home."""
    from orchestration.clock import Clock
    from orchestration.settings import load_settings

    from . import landing

    order = ("companies", "customers", "fx_rates", "documents", "instalments", "applications", "disputes")
    files = sorted(Path(folder).iterdir(), key=lambda path: (order.index(path.stem.partition("_2")[0]), path.name))
    landing.land(load_settings(Path(home)), Clock(date.fromisoformat(today), fixed=True), files)
    return len(files)


def refresh(home: str, today: str, rebuild: str) -> Any:
    """`cartera refresh` or `cartera rebuild`, with the moment at which each of its steps began."""
    from orchestration.clock import Clock
    from orchestration.pipeline import refresh as run
    from orchestration.settings import load_settings

    began: dict[str, float] = {}

    def stamp(step: str, detail: str) -> None:
        began.setdefault(step, time.monotonic())

    clock = Clock(date.fromisoformat(today), fixed=True)
    result = run(load_settings(Path(home)), clock, rebuild=rebuild == "rebuild", progress=stamp)
    return {"status": result.status, "began": began, "ended": time.monotonic()}


def floor(lake: str, database: str, as_of: str, memory: str) -> Any:
    """The hand-written core tables."""
    build_floor(Path(lake), Path(database), date.fromisoformat(as_of), memory=memory)


def questions(published: str, last_day: str, company: str, times: str) -> Any:
    """As-of questions to the published file."""
    return ask_all(Path(published), date.fromisoformat(last_day), company, int(times))


def reader(published: str, as_of: str) -> Any:
    """Open the published file anew, ask and close, again and again until stdin closes; tell what was seen."""
    import threading

    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    seen: dict[str, int] = {}
    errors: list[str] = []
    slowest = 0.0
    while not over.wait(0.2):
        began = time.monotonic()
        try:
            with duckdb.connect(published, read_only=True) as connection:
                (name,) = connection.execute("select id from publication").fetchone() or ("",)
                connection.execute(f"select sum(open_base) from aging(date '{date.fromisoformat(as_of)}')").fetchone()
            seen[name] = seen.get(name, 0) + 1
        except duckdb.Error as error:
            errors.append(str(error))
        slowest = max(slowest, time.monotonic() - began)
    return {"seen": seen, "errors": errors, "slowest": slowest}


def child(script: str) -> Any:
    """A Python script as a child of this process; what tests measure instead of a refresh."""
    return subprocess.run([sys.executable, script], check=True).returncode


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "files": len(delivery.files),
        "documents": delivery.documents,
        "applications": delivery.applications,
        "touched": delivery.touched,
    }


STEPS: dict[str, Callable[..., Any]] = {
    "books": write_books,
    "land": land,
    "refresh": refresh,
    "floor": floor,
    "questions": questions,
    "reader": reader,
    "child": child,
}


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
