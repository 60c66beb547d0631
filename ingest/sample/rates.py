"""Closing exchange rates of every business day, as a seeded random walk around plausible levels."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from ingest.sample.days import is_business, span

# pair: level, daily volatility, decimal places as published
WALKS = {
    ("USD", "MXN"): (18.25, 0.0055, 4),
    ("USD", "COP"): (4120.0, 0.0060, 2),
    ("USD", "CLP"): (942.0, 0.0055, 2),
}
PULL = 0.01  # of the distance back to the level, each day


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `source` in `target` at the close of `day`."""

    day: date
    source: str
    target: str
    rate: Decimal


class Rates:
    """Closing rates by day; a day without one takes the last before it."""

    def __init__(self, rows: list[Rate]) -> None:
        self.rows = rows
        self._by_pair: dict[tuple[str, str], tuple[list[date], list[Decimal]]] = {}
        for row in rows:
            days, rates = self._by_pair.setdefault((row.source, row.target), ([], []))
            days.append(row.day)
            rates.append(row.rate)

    def on(self, day: date, source: str, target: str) -> Decimal:
        """The closing rate in force on `day`; 1 for a currency in itself. KeyError before the first rate."""
        if source == target:
            return Decimal(1)
        days, rates = self._by_pair[source, target]
        place = bisect_right(days, day)
        if place == 0:
            raise KeyError(f"no rate of {source} in {target} on or before {day}")
        return rates[place - 1]


def simulate_rates(random: Random, first: date, last: date) -> Rates:
    """USD in MXN, COP and CLP walk; COP and CLP in MXN follow from them to ten places."""
    rows: list[Rate] = []
    levels = {pair: walk[0] for pair, walk in WALKS.items()}
    for day in span(first, last):
        if not is_business(day):
            continue
        for pair, (level, volatility, places) in WALKS.items():
            step = random.gauss(0, volatility) + PULL * (level - levels[pair]) / level
            levels[pair] *= 1 + step
            rows.append(Rate(day, *pair, Decimal(f"{levels[pair]:.{places}f}")))
        usd = {row.target: row.rate for row in rows[-3:]}
        rows.extend(
            Rate(day, currency, "MXN", (usd["MXN"] / usd[currency]).quantize(Decimal("1E-10")))
            for currency in ("COP", "CLP")
        )
    return Rates(rows)
