"""Which day a day is compared with."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Literal, get_args

Comparison = Literal["month", "quarter", "year", "none"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)


def last_day(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(day: date, months: int) -> date:
    """The last day of the month `months` before the day's own."""
    index = day.year * 12 + day.month - 1 - months
    return last_day(date(index // 12, index % 12 + 1, 1))


def compared_day(as_of: date, comparison: Comparison) -> date | None:
    """The day `as_of` is held against: the end of the month before, of the quarter before, or the same day a year ago.

    A month's last day is compared with a month's last day: 28 February 2025 with 29 February 2024.
    """
    if comparison == "none":
        return None
    if comparison == "month":
        return months_before(as_of, 1)
    if comparison == "quarter":
        return months_before(as_of, (as_of.month - 1) % 3 + 1)
    if as_of == last_day(as_of):
        return months_before(as_of, 12)
    return as_of.replace(year=as_of.year - 1)


def month_ends(as_of: date, months: int) -> tuple[date, ...]:
    """`months` days, oldest first: the month ends before `as_of`, and `as_of` itself as the last."""
    earlier = tuple(months_before(as_of, back) for back in range(months - 1, 0, -1))
    return (*earlier, as_of)
