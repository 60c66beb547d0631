"""What is open on a day, worked out by plain loops from SEMANTICS section 0. Nothing of our SQL is known here.

Every question is answered from nothing: take what was known, keep what stands on the day, settle, round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal, TypeVar

DEBITS = frozenset({"invoice", "debit_note", "refund", "interest"})
CREDITS = frozenset({"credit_note", "receipt", "write_off", "discount", "withholding"})
MINOR_UNITS = {"MXN": 2, "USD": 2, "EUR": 2, "INR": 2, "CLP": 0, "KWD": 3}
ZERO = Decimal(0)
Rule = Literal["latest", "applied_on", "latest_document"]
Basis = Literal["due_date", "issue_date"]


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

    def stands_on(self, day: date) -> bool:
        """From the issue date on; drafts never, erased ones neither, cancelled ones until the day of it."""
        if self.status == "draft" or self.issue_date > day:
            return False
        if self.status == "cancelled":
            return self.cancel_mode != "erase" and self.cancelled_on is not None and day < self.cancelled_on
        return True


@dataclass(frozen=True)
class Instalment:
    document_id: str
    instalment_no: int
    due_date: date
    amount: Decimal


@dataclass(frozen=True)
class Application:
    """One version of an application; `amount` in the target's currency, `from_amount` in the other's (None: equal)."""

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
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True)
class OpenItem:
    """One row of open_items; `open_base` is None where no rate is known."""

    document_id: str
    instalment_no: int | None
    document_type: str
    customer_id: str
    issue_date: date
    due_date: date
    currency: str
    amount: Decimal
    open_amount: Decimal
    base_currency: str
    open_base: Decimal | None
    days_past_due: int
    is_disputed: bool
    is_unapplied: bool
    receivable_account: str


@dataclass(frozen=True)
class Bucket:
    name: str
    from_days: int | None
    to_days: int | None

    def holds(self, days: int) -> bool:
        return (self.from_days is None or days >= self.from_days) and (self.to_days is None or days <= self.to_days)


DEFAULT_BUCKETS = (
    Bucket("not_due", None, 0),
    Bucket("1-30", 1, 30),
    Bucket("31-60", 31, 60),
    Bucket("61-90", 61, 90),
    Bucket("90+", 91, None),
)

Versioned = TypeVar("Versioned", Document, Application)


def known(rows: Iterable[Versioned], key: str, until: date | datetime | None) -> dict[str, Versioned]:
    """The newest version of each row that had been recorded; a day means by its end, None means all."""
    newest: dict[str, Versioned] = {}
    for row in rows:
        if until is not None and row.recorded_at is not None and row.recorded_at > _end(until):
            continue
        newest[getattr(row, key)] = row  # versions stand in the order they were recorded
    return newest


def _end(until: date | datetime) -> datetime:
    return until if isinstance(until, datetime) else datetime.combine(until, time.max)


def effective_on(application: Application, source: Document, target: Document, rule: Rule) -> date:
    """The day an application takes effect. No rule lets it count before both documents exist."""
    documents = max(source.issue_date, target.issue_date)
    return documents if rule == "latest_document" else max(documents, application.applied_on)


def open_items(
    book: Book, day: date, *, known_at: date | datetime | None = None, rule: Rule = "latest"
) -> dict[tuple[str, int | None], OpenItem]:
    """Everything open at the end of `day`, by document and instalment."""
    documents = known(book.documents, "document_id", known_at)
    live = _live_applications(book, documents, day, known_at, rule)
    found: dict[tuple[str, int | None], OpenItem] = {}
    for document in documents.values():
        if not document.stands_on(day):
            continue
        parts = [part for part in book.instalments if part.document_id == document.document_id]
        applied = live.get(document.document_id, [])
        reductions = [_reduction(application, document, documents) for application in applied]
        if document.document_type == "revaluation":
            opens: dict[int | None, tuple[date | None, Decimal, Decimal]] = {None: (document.due_date, ZERO, ZERO)}
        elif parts:
            left = _pour(parts, reductions, MINOR_UNITS[document.currency])
            opens = {part.instalment_no: (part.due_date, abs(part.amount), left[part.instalment_no]) for part in parts}
        else:
            rest = abs(document.amount) - sum((reduction.amount for reduction in reductions), ZERO)
            opens = {None: (document.due_date, abs(document.amount), rest)}
        for number, (due, amount, rest) in opens.items():
            open_amount = document.sign * rest
            open_base = _base_value(book, document, open_amount)
            if open_amount == 0 and not open_base:
                continue
            due = due or document.issue_date
            found[document.document_id, number] = OpenItem(
                document_id=document.document_id,
                instalment_no=number,
                document_type=document.document_type,
                customer_id=document.customer_id or "unidentified",
                issue_date=document.issue_date,
                due_date=due,
                currency=document.currency,
                amount=document.sign * amount,
                open_amount=open_amount,
                base_currency=book.base_currency,
                open_base=open_base,
                days_past_due=(day - due).days,
                is_disputed=any(
                    dispute.document_id == document.document_id
                    and dispute.opened_on <= day
                    and (dispute.resolved_on is None or day < dispute.resolved_on)
                    for dispute in book.disputes
                ),
                is_unapplied=document.is_credit,
                receivable_account=document.receivable_account or "unassigned",
            )
    return found


def ageing(
    items: Iterable[OpenItem], day: date, *, buckets: Sequence[Bucket] = DEFAULT_BUCKETS, basis: Basis = "due_date"
) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """(customer, bucket) → (open, of which disputed), in base currency; credits and unapplied money stand apart."""
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for item in items:
        if item.open_base is None:
            continue
        age = item.days_past_due if basis == "due_date" else (day - item.issue_date).days
        name = "unapplied" if item.is_unapplied else next(bucket.name for bucket in buckets if bucket.holds(age))
        cell = sums[item.customer_id, name]
        cell[0] += item.open_base
        cell[1] += item.open_base if item.is_disputed else ZERO
    return {key: (total, disputed) for key, (total, disputed) in sums.items()}


@dataclass(frozen=True)
class _Reduction:
    """How far an application brings a document toward zero, and whether it says at which instalment."""

    amount: Decimal
    instalment_no: int | None
    is_spread: bool


def _live_applications(
    book: Book, documents: dict[str, Document], day: date, known_at: date | datetime | None, rule: Rule
) -> dict[str, list[Application]]:
    live: dict[str, list[Application]] = defaultdict(list)
    for application in known(book.applications, "application_id", known_at).values():
        source = documents.get(application.from_document_id)
        target = documents.get(application.to_document_id)
        if source is None or target is None or not source.stands_on(day) or not target.stands_on(day):
            continue
        if effective_on(application, source, target, rule) <= day:
            live[source.document_id].append(application)
            live[target.document_id].append(application)
    return live


def _reduction(application: Application, document: Document, documents: dict[str, Document]) -> _Reduction:
    if application.to_document_id == document.document_id:
        is_spread = application.spread == "pro_rata" and application.to_instalment_no is None
        return _Reduction(application.amount, application.to_instalment_no, is_spread)
    # The other document moves the other way, so that the two together never change.
    amount = application.amount if application.from_amount is None else application.from_amount
    same_side = document.sign == documents[application.to_document_id].sign
    return _Reduction(-amount if same_side else amount, None, False)


def _pour(parts: Sequence[Instalment], reductions: Sequence[_Reduction], places: int) -> dict[int, Decimal]:
    """What is left of each instalment: what names one or all of them first, the rest where it is due earliest.

    What is over stays with the last one, which goes negative. Shares are rounded to the currency's `places`.
    """
    by_due = sorted(parts, key=lambda part: (part.due_date, part.instalment_no))
    whole = sum((abs(part.amount) for part in parts), ZERO)
    left = {part.instalment_no: abs(part.amount) for part in by_due}
    poured = ZERO
    for reduction in reductions:
        if reduction.instalment_no is not None:
            left[reduction.instalment_no] -= reduction.amount
        elif reduction.is_spread:
            rest = reduction.amount
            for part in by_due[:-1]:
                share = rounded(reduction.amount * abs(part.amount) / whole, places)
                left[part.instalment_no] -= share
                rest -= share
            left[by_due[-1].instalment_no] -= rest
        else:
            poured += reduction.amount
    if poured < 0:
        left[by_due[0].instalment_no] -= poured
        return left
    for part in by_due:
        taken = min(poured, max(left[part.instalment_no], ZERO))
        left[part.instalment_no] -= taken
        poured -= taken
    left[by_due[-1].instalment_no] -= poured
    return left


def _base_value(book: Book, document: Document, open_amount: Decimal) -> Decimal | None:
    if document.document_type == "revaluation":
        return document.base_amount
    rate = _rate(book, document)
    return None if rate is None else rounded(open_amount * rate, MINOR_UNITS[book.base_currency])


def _rate(book: Book, document: Document) -> Decimal | None:
    if document.currency == book.base_currency:
        return Decimal(1)
    if document.fx_rate is not None:
        return document.fx_rate
    usable = [
        rate
        for rate in book.rates
        if (rate.currency, rate.base) == (document.currency, book.base_currency) and rate.day <= document.issue_date
    ]
    return max(usable, key=lambda rate: rate.day).rate if usable else None


def rounded(amount: Decimal, places: int) -> Decimal:
    """Half up, away from zero."""
    with localcontext() as context:
        context.prec = 60
        return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
