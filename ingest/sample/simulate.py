"""Run the group: same size, seed and last day give the same group, to the last cent and comma."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ingest.sample.bank import make_statements
from ingest.sample.customers import make_customers
from ingest.sample.days import ONE_DAY, month_ends
from ingest.sample.group import Group
from ingest.sample.history import History
from ingest.sample.life import Life
from ingest.sample.numbering import number_everything
from ingest.sample.rates import simulate_rates
from ingest.sample.world import SIZES

MONTHS = 24
DEFAULT_UNTIL = date(2026, 6, 30)
DEFAULT_SEED = 20260630
RATES_BEFORE = 60  # days


def simulate(size: str = "small", seed: int = DEFAULT_SEED, until: date = DEFAULT_UNTIL) -> Group:
    """Grupo Andino over the 24 months that end on `until`.

    `size` is small (about 20,000 invoices), medium (200,000) or large (1,000,000), or tiny (2,000) to try things out;
    ValueError for another.
    """
    if size not in SIZES:
        raise ValueError(f"size {size!r} is unknown; expected one of {', '.join(SIZES)}")
    start = first_day(until)
    rates = simulate_rates(Random(f"{seed}/rates"), start - timedelta(days=RATES_BEFORE), until)
    customers = make_customers(Random(f"{seed}/customers"), SIZES[size], start, until)
    history = History(start, until, rates)
    for customer in customers:
        Life(customer, history, Random(f"{seed}/{customer.spec.code}/{customer.id}")).run()
    number_everything(history)
    statements = make_statements(history, seed)
    gl = history.books.balances(month_ends(start - ONE_DAY, until))
    return Group(size, seed, start, until, customers, history, statements, gl)


def first_day(until: date) -> date:
    """The first day of the 24 months that end on `until`."""
    after = until + ONE_DAY
    year, month = divmod(after.year * 12 + after.month - 1 - MONTHS, 12)
    return date(year, month + 1, min(after.day, 28))
