"""Credit control as this group really does it: limits, raises, holds, and the places where it looks away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ingest.sample import policy
from ingest.sample.days import add_business, business_on_or_after, not_month_end
from ingest.sample.money import convert, to_decimal
from ingest.sample.records import Customer, Hold, Limit, Order

if TYPE_CHECKING:
    from ingest.sample.life import Life

BUSINESS_DAYS_A_YEAR = 261
EXTRA_DAYS = {"punctual": 2, "late": 14, "month_end": 16, "erratic": 22, "deteriorating": 20, "bad": 60}


class Control:
    """The credit controller's side of one customer's life. Limits are whole units of the customer's currency."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._limit: int | None = None  # whole units
        self._hold: Hold | None = None
        self._frozen = False  # nobody raises the limit any more: a planted breach
        customer = life.customer
        self._days = timedelta(days=policy.R11_DAYS_BY_SEGMENT.get(customer.segment, policy.R11_DEFAULT_DAYS))
        self._floor = policy.R11_FLOOR[life.spec.currency]
        self._late_hold: date | None = None

    def first_limit(self, day: date) -> None:
        """The limit the period opens with, and the planted changes to it."""
        life, customer = self._life, self._life.customer
        if customer.unlimited:
            return
        if customer.planted_limit == "no_credit":
            self._grant(0, customer.since, "solo contado")
            self._frozen = True
            return
        self._grant(_round(2.0 * self._typical(customer) + 2.5 * customer.mean_amount / self._unit),
                    min(customer.since, day), "alta de cliente")  # fmt: skip
        if customer.planted_limit and customer.planted_from:
            life.at(not_month_end(business_on_or_after(customer.planted_from)), self._cut)

    @property
    def _unit(self) -> int:
        """Minor units in one whole unit of the customer's currency."""
        return 1 if self._life.customer.currency == "CLP" else 100

    def _typical(self, customer: Customer) -> float:
        """What the customer usually owes, in whole units: sales a day times the days until it pays."""
        per_day = customer.per_day * customer.mean_amount * BUSINESS_DAYS_A_YEAR / 365 / self._unit
        return per_day * (customer.terms + EXTRA_DAYS[customer.payer] + 8)

    def _cut(self, day: date) -> None:
        """The yearly review takes the limit below what is already owed, and sales go on all the same."""
        owed = self._exposure(day)
        target = min(owed * 0.65, self._typical(self._life.customer) * 0.7)
        self._grant(_round(max(target, 1)), day, "revisión anual: reducción")
        self._frozen = True
        if self._life.customer.planted_limit == "cut_and_raised":
            later = not_month_end(business_on_or_after(day + timedelta(days=self._life.random.randint(50, 120))))
            self._life.at(later, self._restore)

    def _restore(self, day: date) -> None:
        self._frozen = False
        self._grant(_round(self._exposure(day) * 1.6 + 1), day, "revisión extraordinaria: aumento")

    def _grant(self, amount: int, day: date, reason: str) -> None:
        life = self._life
        self._limit = amount
        last = life.history.limits[-1] if life.history.limits else None
        if last is not None and last.customer is life.customer and last.valid_from == day:
            life.history.limits.pop()  # two decisions of one day: the later one stands
        currency = life.customer.currency
        dollars = Decimal(amount) / life.history.rates.on(max(day, life.history.start), "USD", currency) \
            if currency != "USD" else Decimal(amount)  # fmt: skip
        life.history.limits.append(
            Limit(
                life.customer,
                day,
                amount,
                currency,
                policy.approver(dollars),
                life.customer.sales_rep,
                reason,
                f"ACTA-{day:%Y%m%d}-{life.customer.id}",
            )
        )

    def _exposure(self, day: date) -> float:
        """Open debts less unapplied credits plus unbilled orders, in whole units of the customer's currency."""
        life, currency = self._life, self._life.customer.currency
        owed = 0
        for doc in (*life.debts, *life.credits):
            amount = doc.open
            if doc.currency != currency:  # pesos of a customer that owes dollars
                amount = convert(amount, doc.currency, 1 / life.history.rates.on(day, currency, doc.currency), currency)
            owed += amount if doc.is_debit else -amount
        owed += sum(order.unbilled for order in life.orders)
        return owed / self._unit

    def accepts(self, order: Order, day: date) -> bool:
        """Whether an order is taken; a good customer's limit is raised first when it would not fit."""
        life = self._life
        if self._hold is not None:
            return False
        if self._limit is None or self._frozen:
            return True
        needed = self._exposure(day) + order.amount / self._unit
        if needed * 1.03 <= self._limit:
            return True
        if life.customer.payer == "bad" and life.random.random() < 0.6:
            return False
        self._grant(_round(max(needed * 1.25, self._limit * 1.3)), day, "aumento solicitado por ventas")
        return True

    def holds_back(self, day: date) -> bool:
        """Whether goods may not leave; one in forty leaves all the same."""
        return self._hold is not None and self._life.random.random() > 0.025

    def check(self, day: date) -> None:
        """Each business day: place a hold that is due, release one that is no longer needed."""
        life, customer = self._life, self._life.customer
        overdue = self._hold_is_due(day)
        if overdue and self._hold is None:
            if customer.planted_hold and customer.planted_from and day >= customer.planted_from:
                if customer.planted_hold == "never":
                    return
                if self._late_hold is None:
                    self._late_hold = not_month_end(add_business(day, life.random.randint(6, 28)))
                if day < self._late_hold:
                    return
            self._hold = Hold(customer, day, None, f"credito.{life.spec.code.lower()}", "saldo vencido")
            self._late_hold = None
            if life.history.holds and life.history.holds[-1].customer is customer and life.history.holds[-1].to == day:
                self._hold = life.history.holds[-1]
                self._hold.to, self._hold.released_by = None, ""
            else:
                life.history.holds.append(self._hold)
        elif not overdue:
            self._late_hold = None
            if self._hold is not None and day != life.history.until and not life.is_last_of_month(day):
                self._hold.to, self._hold.released_by = day, "gerente.credito"
                self._hold = None

    def _hold_is_due(self, day: date) -> bool:
        """Whether an item at or above the floor is the segment's days past due, or more."""
        spec, reached = self._life.spec, day - self._days
        for doc in self._life.debts:
            for part in doc.parts:
                if part.due <= reached and part.open:
                    base = to_decimal(convert(part.open, doc.currency, doc.rate, spec.currency), spec.currency)
                    if base >= self._floor:
                        return True
        return False


def _round(amount: float) -> int:
    """Limits are round figures: two leading digits, then zeros."""
    whole = int(amount)
    unit = int("1" + "0" * max(0, len(str(whole)) - 2))
    return -(-whole // unit) * unit
