"""One customer's life with the company: orders, invoices, and the clockwork that everything else hangs on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from random import Random

from ingest.sample import behaviour
from ingest.sample.care import Care
from ingest.sample.control import Control
from ingest.sample.days import ONE_DAY, business_on_or_after, is_business, month_end, not_month_end, span
from ingest.sample.history import History
from ingest.sample.money import ONE, convert, share
from ingest.sample.paying import Paying
from ingest.sample.records import Customer, Doc, Order, Part
from ingest.sample.world import SEASON, YEARLY_GROWTH

BURN_IN_DAYS = 170  # lived before the period, so that it opens with a balance
DISCOUNT_RATE = Decimal("0.02")
DISCOUNT_DAYS = 10
INSTALMENTS_FROM = 8  # times the company's mean invoice

Event = Callable[[date], None]


class Life:
    """Runs one customer day by day. All randomness comes from its own generator: order of customers is immaterial."""

    def __init__(self, customer: Customer, history: History, random: Random) -> None:
        self.customer, self.history, self.random = customer, history, random
        self.spec = customer.spec
        self.debts: list[Doc] = []
        self.credits: list[Doc] = []
        self.orders: list[Order] = []
        self.live = False
        self._events: list[tuple[date, int, Event]] = []
        self._count = 0
        self.paying = Paying(self)
        self.care = Care(self)
        self.control = Control(self)

    def run(self) -> None:
        """From the burn-in to the last day."""
        start, until = self.history.start, self.history.until
        first = max(start - timedelta(days=BURN_IN_DAYS), self.customer.since)
        self.control.first_limit(max(start, self.customer.since))
        if first >= start:
            self.live = True
        for day in span(first, until):
            if day == start:
                self._cut_over(start - ONE_DAY)
            while self._events and self._events[0][0] <= day:
                heappop(self._events)[2](day)
            self.paying.settle_ready(day)
            if is_business(day):
                self._forget_settled()
                if self.live:
                    self.control.check(day)
                for _ in range(self._arrivals(day)):
                    self._order(day)

    def at(self, day: date, event: Event) -> None:
        """Have `event` happen on `day` (today counts)."""
        self._count += 1
        heappush(self._events, (day, self._count, event))

    def base(self, minor: int, rate: Decimal) -> int:
        """An amount of the customer's currency in the company's."""
        return convert(minor, self.customer.currency, rate, self.spec.currency)

    def _arrivals(self, day: date) -> int:
        years = (day - self.history.start).days / 365
        expected = self.customer.per_day * SEASON[day.month - 1] * (1 + YEARLY_GROWTH) ** years
        count, left = 0, self.random.expovariate(1)
        while left < expected:
            count, left = count + 1, left + self.random.expovariate(1)
        return count

    def _order(self, day: date) -> None:
        random, customer = self.random, self.customer
        years = (day - self.history.start).days / 365
        mean = customer.mean_amount * (1 + YEARLY_GROWTH / 2) ** years
        amount = max(100, round(mean * random.lognormvariate(-0.18, 0.6) / self.spec.step)) * self.spec.step
        order = Order(customer, day, customer.currency, amount, amount)
        if self.live and not self.control.accepts(order, day):
            return
        self.orders.append(order)
        if self.live:
            self.history.orders.append(order)
        lead = random.randint(1, 12) if random.random() < 0.9 else random.randint(15, 45)
        if customer.pays_advances and self.live:
            self.paying.advance(order, day, day + timedelta(days=lead + 3))
        if random.random() < 0.06:
            first = share(amount, Decimal(random.randint(40, 70)) / 100, self.spec.step)
            self.at(business_on_or_after(day + timedelta(days=lead)), lambda on: self._invoice(order, first, on))
            later = business_on_or_after(day + timedelta(days=lead + random.randint(6, 20)))
            self.at(later, lambda on: self._invoice(order, amount - first, on))
        else:
            self.at(business_on_or_after(day + timedelta(days=lead)), lambda on: self._invoice(order, amount, on))

    def _invoice(self, order: Order, amount: int, day: date) -> None:
        random, customer, spec = self.random, self.customer, self.spec
        if self.live and self.control.holds_back(day):
            order.unbilled, order.status = 0, "cancelled"
            return
        if order.status == "cancelled":
            return
        order.unbilled -= amount
        order.status = "partial" if order.unbilled else "billed"
        due = day + timedelta(days=customer.terms)
        doc = Doc(
            spec=spec, customer=customer, kind="invoice", issue=day, currency=order.currency, amount=amount,
            parts=self._parts(amount, day, due), due=due, order=order,
            rate=self.history.rates.on(day, order.currency, spec.currency) if self.live else ONE,
            tax=amount - share(amount, 1 / (1 + spec.tax_rate)) if order.currency == spec.currency else 0,
            received_on=day + timedelta(days=random.choice((0, 0, 1, 1, 2, 5))),
            recorded=self.history.recorded(random, day, 1 if random.random() < 0.03 else 0),
            created_by=random.choice(("fact01", "fact02", "interfaz")),
            purchase_order=f"OC {random.randint(4_500_000, 4_599_999)}" if customer.segment != "C" else "",
            is_ceded=spec.code == "ANDCL" and self.live and random.random() < 0.015,
        )  # fmt: skip
        doc.due = doc.parts[-1].due
        if customer.has_discount and customer.terms > 20 and len(doc.parts) == 1:
            doc.discount_date, doc.discount_rate = day + timedelta(days=DISCOUNT_DAYS), DISCOUNT_RATE
        if not self.live:
            self.debts.append(doc)
            self._plan_payment(doc)
            return
        if random.random() < 0.004:
            self._withdrawn(doc, day)
            return
        if random.random() < 0.25 and day >= self.history.until - timedelta(days=1):
            doc.status = "draft"
            self.history.books.record(doc)
            return
        self.history.books.record(doc)
        self.debts.append(doc)
        self.paying.use_advance(doc, day)
        self._plan_payment(doc)
        self.care.attend(doc, day)
        if random.random() < 0.03:
            self.at(business_on_or_after(day + timedelta(days=random.randint(4, 25))),
                    lambda on: self.paying.credit_note(doc, on, "devolución"))  # fmt: skip

    def _parts(self, amount: int, day: date, due: date) -> list[Part]:
        if not self.live or amount < INSTALMENTS_FROM * self.spec.mean_invoice or self.random.random() > 0.5:
            return [Part(due, amount, amount)]
        count = self.random.choice((3, 4))
        each = share(amount, Decimal(1) / count, self.spec.step)
        amounts = [each] * (count - 1) + [amount - each * (count - 1)]
        return [
            Part(day + timedelta(days=30 * number), part, part, number) for number, part in enumerate(amounts, start=1)
        ]

    def _withdrawn(self, doc: Doc, day: date) -> None:
        """An invoice made in error: reversed some days later, or erased as if it had never been."""
        on = not_month_end(business_on_or_after(day + timedelta(days=self.random.randint(1, 8))))
        if self.random.random() < 0.3 and on <= self.history.until:
            doc.status, doc.cancelled_on, doc.cancel_mode = "cancelled", on, "erase"
            self.history.books.record(doc)
            return
        self.history.books.record(doc)
        self.at(on, lambda when: self.history.books.cancel_debit(doc, when))

    def _plan_payment(self, doc: Doc) -> None:
        for part in doc.parts:
            day = behaviour.intended_day(self.random, self.customer, part.due, self.history.start)
            if doc.discount_date and self.customer.payer == "punctual" and self.random.random() < 0.7:
                day = business_on_or_after(doc.discount_date - timedelta(days=self.random.randint(2, 5)))
            if day is not None:
                self.paying.plan(doc, max(day, doc.issue + ONE_DAY))
        self.paying.plan_write_off(doc)

    def _cut_over(self, day: date) -> None:
        """What is open when the period begins comes in as opening balances, one journal an invoice."""
        self.live = True
        self._forget_settled()
        for doc in self.debts:
            doc.kind, doc.first_issue, doc.issue = "journal", doc.issue, day
            doc.rate = self.history.rates.on(day, doc.currency, self.spec.currency)
            doc.tax, doc.order, doc.discount_date, doc.discount_rate = 0, None, None, None
            doc.recorded, doc.created_by, doc.text = (
                self.history.recorded(self.random, day),
                "migracion",
                "Saldo inicial",
            )
            doc.received_on, doc.purchase_order = None, ""
            self.history.books.record(doc)
        self.orders = [order for order in self.orders if order.unbilled]
        self.history.orders.extend(self.orders)

    def _forget_settled(self) -> None:
        # a settled item can come back (a bounced receipt): the event that brings it back puts it here again
        self.debts = [doc for doc in self.debts if doc.open]
        self.credits = [doc for doc in self.credits if doc.open]
        if len(self.orders) > 60:
            self.orders = [order for order in self.orders if order.unbilled]

    def is_last_of_month(self, day: date) -> bool:
        """Whether `day` closes its month."""
        return day == month_end(day)
