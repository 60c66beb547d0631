"""`make bench`: python -m tests.benchmarks [N …]."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from pathlib import Path

import duckdb

from orchestration.build import code_identity

from . import report
from .bench import NoRoom, Plan, run
from .process import StepFailed


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure books of N invoices beside a floor.")
    parser.add_argument("invoices", type=int, nargs="*", default=[100_000], help="one or several sizes")
    parser.add_argument(
        "--folder", type=Path, default=Path("build/bench"), help="where homes are made and results kept"
    )
    parser.add_argument("--builds", type=int, default=1, help="full builds and floors before the deliveries")
    parser.add_argument(
        "--deliveries", type=int, default=3, help="refreshes with a thousandth of the documents touched"
    )
    parser.add_argument("--memory", default="8GB", help="DuckDB's memory_limit, of the build and of the floor")
    parser.add_argument("--keep", action="store_true", help="leave the homes where they are")
    asked = parser.parse_args()
    asked.folder = asked.folder.resolve()
    results = []
    for invoices in sorted(asked.invoices):
        folder = asked.folder / str(invoices)
        try:
            found = run(Plan(invoices, folder, asked.deliveries, builds=asked.builds, memory=asked.memory))
        except (NoRoom, StepFailed) as error:
            print(f"make bench: {error}", file=sys.stderr)
            return 1
        found["machine"] = _machine(asked.memory)
        results.append(found)
        file = asked.folder / f"{invoices}.json"
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        if not asked.keep:
            shutil.rmtree(folder)
    print(report.table(results), end="")
    return 0


def _machine(memory: str) -> dict[str, str | int]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processors": len(os.sched_getaffinity(0)),
        "memory_bytes": pages,
        "memory_limit": memory,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "code": code_identity()[:12],
    }


if __name__ == "__main__":
    sys.exit(main())
