"""The figures beside their targets, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .bench import median

_MILLION = 1_000_000
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `limit` is its target in the same unit, None where none is set for this size."""

    what: str
    figure: float
    unit: str
    limit: float | None = None

    @property
    def met(self) -> str:
        if self.limit is None:
            return ""
        return "yes" if self.figure <= self.limit else "**no**"

    def line(self) -> str:
        limit = "" if self.limit is None else f"≤ {_shown(self.limit, self.unit)}"
        return f"| {self.what} | {_shown(self.figure, self.unit)} | {limit} | {self.met} |"


def rows(found: dict[str, Any]) -> list[Row]:
    """The figures of one size with the targets that hold for it."""
    return list(_rows(found))


def table(results: list[dict[str, Any]]) -> str:
    """All sizes, one table each, then the growth between neighbouring sizes."""
    parts = []
    for found in results:
        lines = [f"### {found['invoices']:,} invoices", "", "| | figure | target | met |", "|---|---|---|---|"]
        parts.append("\n".join([*lines, *(row.line() for row in rows(found)), "", *_remarks(found)]))
    growth = [
        f"{smaller['invoices']:,} → {larger['invoices']:,} invoices:"
        f" full dbt build × {_full(larger) / _full(smaller):.1f}"
        + (" (target ≤ 12)" if larger["invoices"] == 10 * smaller["invoices"] else "")
        for smaller, larger in pairwise(results)
    ]
    return "\n\n".join([*parts, *growth]) + "\n"


def _rows(found: dict[str, Any]) -> Iterator[Row]:
    n = found["invoices"]
    big = n >= 10 * _MILLION
    targets = n >= _MILLION
    floor = median(found["floors"], "wall")
    full = _full(found)
    yield Row("floor: hand-written SQL, wall", floor, "s")
    yield Row("floor, CPU", median(found["floors"], "cpu"), "s")
    yield Row("floor, peak memory", max(f["peak_bytes"] for f in found["floors"]) / _GB, "GB")
    yield Row("full dbt build, wall", full, "s", (2 * floor if big else 2 * floor + 20) if targets else None)
    yield Row("full dbt build ÷ floor", full / floor, "×")
    cpu = median(_builds(found), "dbt_cpu")
    yield Row("full dbt build, CPU", cpu, "s")
    yield Row("full dbt build ÷ floor, CPU", cpu / median(found["floors"], "cpu"), "×")
    yield Row(
        "full dbt build, peak memory", max(b["dbt_peak_bytes"] for b in _builds(found)) / _GB, "GB", 12 if big else None
    )
    yield Row("full refresh (files in the lake to publication), wall", median(found["builds"], "wall"), "s")
    yield Row("publish", _part(found["builds"], "publish"), "s", 10 if big else None)
    touched = found["books"]["deliveries"][1]["touched"] / max(found["books"]["deliveries"][0]["documents"], 1)
    limit = 20 if big else 10 if targets else None
    if found["refreshes"]:
        yield Row(
            f"refresh with {touched:.2%} of documents touched: dbt part", median(found["refreshes"], "dbt"), "s", limit
        )
        yield Row("of which dbt's own start", median(found["refreshes"], "dbt_start"), "s")
        yield Row("the same, publish", _part(found["refreshes"], "publish"), "s", 10 if big else None)
        yield Row("the same, whole refresh", median(found["refreshes"], "wall"), "s")
        yield Row("the same, peak memory", max(r["peak_bytes"] for r in found["refreshes"]) / _GB, "GB")
    for name, answer in found["questions"]["answers"].items():
        yield Row(f"{name}: {answer['rows']:,} rows", answer["median"], "s", _question_limit(name) if big else None)
    yield Row("questions, peak memory", found["questions"]["peak_bytes"] / _GB, "GB")
    seen = found["readers"]["seen"]
    yield Row("readers during a refresh: answers", sum(sum(s["seen"].values()) for s in seen), "")
    yield Row("readers during a refresh: errors", sum(len(s["errors"]) for s in seen), "", 0)
    yield Row("readers during a refresh: slowest answer", max(s["slowest"] for s in seen), "s")
    yield Row("books made, wall", found["books"]["wall"], "s")
    yield Row("books made, peak memory", found["books"]["peak_bytes"] / _GB, "GB")
    yield Row("published file", found["published_bytes"] / _GB, "GB")
    yield Row("home on disk", found["home_bytes"] / _GB, "GB")


def _question_limit(name: str) -> float:
    if "known" in name:
        return 2
    return 0.3 if "month ends" in name else 0.5


def _remarks(found: dict[str, Any]) -> Iterator[str]:
    agree = found["disagreements"]
    yield "Floor and publication agree." if not agree else "Floor and publication differ: " + "; ".join(agree)
    differs = found["rebuild_differs"]
    yield (
        "Refreshed tables equal a rebuild."
        if not differs
        else "Refreshed tables differ from a rebuild: " + ", ".join(differs)
    )
    for words, taken in (("full build", found["builds"][0]), *((("refresh", r)) for r in found["refreshes"][-1:])):
        models = ", ".join(f"{name} {seconds:.1f}" for name, seconds in taken["slowest"].items())
        yield f"Slowest of the {words} (s): {models}"


def _builds(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [*found["builds"], found["rebuild"]]


def _full(found: dict[str, Any]) -> float:
    return median(_builds(found), "dbt")


def _part(runs: list[dict[str, Any]], part: str) -> float:
    return median([taken["parts"] for taken in runs], part)


def _shown(figure: float, unit: str) -> str:
    digits = 0 if unit == "" else 3 if unit == "s" and figure < 1 else 1
    return f"{figure:,.{digits}f} {unit}".strip()
