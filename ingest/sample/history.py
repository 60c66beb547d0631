"""What all customers' lives write into: the ledger and the lists beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random

from ingest.sample.books import Books
from ingest.sample.days import add_business, business_on_or_after
from ingest.sample.rates import Rates
from ingest.sample.records import Contact, Dispute, Hold, Limit, Order, Payment, Promise


@dataclass(slots=True)
class History:
    """The period `start` … `until` of the whole group, as it comes to be."""

    start: date
    until: date
    rates: Rates
    books: Books = field(default_factory=Books)
    orders: list[Order] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    def recorded(self, random: Random, day: date, late: int = 0) -> datetime:
        """When the ERP recorded something of `day`, `late` business days after it; never after the last day.

        On the last day it is just after midnight, so that a clock pinned to that day has always passed it.
        """
        on = add_business(business_on_or_after(day), late) if late else day
        if on >= self.until:
            return datetime.combine(self.until, time(0, random.randint(0, 20), random.randint(0, 59)))
        return datetime.combine(on, time(random.randint(14, 23), random.randint(0, 59), random.randint(0, 59)))
