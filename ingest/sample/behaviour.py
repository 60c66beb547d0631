"""When a payer really pays: days after (or before) the due date, by payer type."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ingest.sample.days import business_on_or_after, business_on_or_before, month_end, months_between
from ingest.sample.records import Customer

NEVER = 100_000


def intended_day(random: Random, customer: Customer, due: date, start: date) -> date | None:
    """The business day on which an item due on `due` is meant to be paid; None for never."""
    if customer.payer == "month_end":
        run = business_on_or_before(month_end(due))
        return run if run >= due else business_on_or_before(month_end(due + timedelta(days=5)))
    late = _days_late(random, customer, due, start)
    return None if late == NEVER else business_on_or_after(due + timedelta(days=late))


def _days_late(random: Random, customer: Customer, due: date, start: date) -> int:
    match customer.payer:
        case "punctual":
            return min(9, max(-5, round(random.gauss(1, 3))))
        case "late":
            return min(45, round(random.lognormvariate(2.75, 0.5)))
        case "erratic":
            return random.choice((-4, 0, 2, 8, 15, 25, 35, 50, 70))
        case "deteriorating":
            months = max(0, months_between(start, due) - 8)
            return max(0, round(random.gauss(4 + 4.2 * months, 7)))
        case _:
            return NEVER if random.random() < 0.2 else min(195, round(random.lognormvariate(4.2, 0.6)))


def pays_in_runs(customer: Customer, random: Random) -> bool:
    """Whether what is due now is paid with one transfer."""
    return random.random() < {"month_end": 0.92, "punctual": 0.35}.get(customer.payer, 0.25)
