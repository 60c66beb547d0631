"""Business days of the sample: Monday to Friday, without national holidays.

National holidays are left out on purpose: the truth must not depend on the version of a holiday calendar. Nothing
is planted so near to a deadline that a holiday would change it on a month's last day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def is_business(day: date) -> bool:
    """Whether the day is Monday to Friday."""
    return day.weekday() < 5


def business_on_or_after(day: date) -> date:
    """The day itself if it is a business day, else the next one."""
    while not is_business(day):
        day += ONE_DAY
    return day


def business_on_or_before(day: date) -> date:
    """The day itself if it is a business day, else the one before."""
    while not is_business(day):
        day -= ONE_DAY
    return day


def add_business(day: date, count: int) -> date:
    """The `count`-th business day after `day`; 0 gives the day itself."""
    for _ in range(count):
        day = business_on_or_after(day + ONE_DAY)
    return day


def month_end(day: date) -> date:
    """The last calendar day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def not_month_end(day: date) -> date:
    """The day, or the next business day if it is the last of its month.

    Releases and cancellations keep away from month ends, where the books are compared.
    """
    return day if day != month_end(day) else business_on_or_after(day + ONE_DAY)


def span(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def month_ends(first: date, last: date) -> list[date]:
    """The month ends from first to last, and last itself."""
    found = []
    day = month_end(first)
    while day < last:
        found.append(day)
        day = month_end(day + ONE_DAY)
    return [*found, last]


def months_between(first: date, later: date) -> int:
    """Whole calendar months from one month to another; negative when `later` is earlier."""
    return (later.year - first.year) * 12 + later.month - first.month
