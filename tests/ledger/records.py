"""What a company's books are made of, as plain values: the rows of the contract that move a receivable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TypeVar

DEBITS = frozenset({"invoice", "debit_note", "refund", "interest"})
CREDITS = frozenset({"credit_note", "receipt", "write_off", "discount", "withholding"})
BASE_ONLY = "revaluation"
MINOR_UNITS = {"MXN": 2, "USD": 2, "EUR": 2, "INR": 2, "CLP": 0, "KWD": 3}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Document:
    """One version of a document. `fx_rate` is functional currency per unit; None asks the rates table."""

    document_id: str
    document_type: str
    issue_date: date
    currency: str
    amount: Decimal
    customer_id: str | None = None
    due_date: date | None = None
    fx_rate: Decimal | None = None
    base_amount: Decimal | None = None
    status: str = "posted"
    cancelled_on: date | None = None
    cancel_mode: str | None = None
    receivable_account: str | None = None
    clearing_group: str | None = None
    cleared_on: date | None = None
    linked_document_id: str | None = None
    is_ceded: bool | None = None
    recorded_at: datetime | None = None

    @property
    def sign(self) -> int:
        if self.document_type in DEBITS:
            return 1
        if self.document_type in CREDITS:
            return -1
        return -1 if self.amount < 0 else 1

    @property
    def is_credit(self) -> bool:
        return self.document_type in CREDITS or (self.document_type == "journal" and self.amount < 0)

    @property
    def is_base_only(self) -> bool:
        return self.document_type == BASE_ONLY

    @property
    def ever_stands(self) -> bool:
        """Drafts never, erased ones neither, nor what is cancelled without saying when."""
        if self.status == "cancelled":
            return self.cancel_mode != "erase" and self.cancelled_on is not None
        return self.status != "draft"

    def stands_on(self, day: date) -> bool:
        """From the issue date on, until the day it is cancelled."""
        is_over = self.status == "cancelled" and self.cancelled_on is not None and day >= self.cancelled_on
        return self.ever_stands and self.issue_date <= day and not is_over


@dataclass(frozen=True)
class Instalment:
    document_id: str
    instalment_no: int
    due_date: date
    amount: Decimal


@dataclass(frozen=True)
class Application:
    """One version of an application; `amount` in the target's currency, `from_amount` in the other's.

    Without `from_amount` the two are equal, or worth the same at the documents' rates where their currencies differ.
    """

    application_id: str
    from_document_id: str
    to_document_id: str
    applied_on: date
    amount: Decimal
    to_instalment_no: int | None = None
    spread: str | None = None
    from_amount: Decimal | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Dispute:
    dispute_id: str
    document_id: str
    opened_on: date
    resolved_on: date | None = None


@dataclass(frozen=True)
class Customer:
    customer_id: str
    is_intercompany: bool = False


@dataclass(frozen=True)
class Rate:
    """A closing rate: one unit of `currency` is worth `rate` of `base` from this day on."""

    day: date
    currency: str
    base: str
    rate: Decimal


@dataclass(frozen=True)
class Book:
    """One company's books. Documents and applications may hold several versions, in the order they were recorded."""

    company: str
    base_currency: str
    documents: tuple[Document, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    applications: tuple[Application, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    customers: tuple[Customer, ...] = ()
    rates: tuple[Rate, ...] = ()


Versioned = TypeVar("Versioned", Document, Application)
Until = date | datetime | None


def known(rows: Iterable[Versioned], key: str, until: Until) -> dict[str, Versioned]:
    """The newest version of each row that had been recorded; a day means by its end, None means all."""
    newest: dict[str, Versioned] = {}
    for row in rows:
        if is_recorded_by(row, until):
            newest[getattr(row, key)] = row  # versions stand in the order they were recorded
    return newest


def is_recorded_by(row: Document | Application, until: Until) -> bool:
    """Whether it was known then; what does not say when it was recorded is known since it was loaded, long ago."""
    if until is None or row.recorded_at is None:
        return True
    return row.recorded_at <= (until if isinstance(until, datetime) else datetime.combine(until, time.max))


def minor_units(currency: str) -> int:
    """Decimals a currency has; two where nobody says."""
    return MINOR_UNITS.get(currency, 2)


def rounded(amount: Decimal, places: int) -> Decimal:
    """Half up, away from zero."""
    with localcontext() as context:
        context.prec = 60
        return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def quotient(amount: Decimal, factor: Decimal, divisor: Decimal, places: int) -> Decimal:
    """amount × factor ÷ divisor, rounded once."""
    with localcontext() as context:
        context.prec = 60
        return (amount * factor / divisor).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
