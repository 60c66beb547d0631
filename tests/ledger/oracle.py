"""What is open on a day, worked out by plain loops from SEMANTICS section 0. Nothing of our SQL is known here.

Every question is answered from nothing: take what was known, keep what stands on the day, settle, round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ledger.clearing import groups, settled
from ledger.records import (
    ZERO,
    Application,
    Book,
    Document,
    Instalment,
    Until,
    known,
    minor_units,
    quotient,
    rounded,
)

LARGEST_VALUE = Decimal(10) ** 13
Rule = Literal["latest", "applied_on", "latest_document"]
Basis = Literal["due_date", "issue_date"]
ItemKey = tuple[str, int | None]


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
    is_ceded: bool
    is_unapplied: bool
    is_due_date_missing: bool
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


def effective_on(application: Application, source: Document, target: Document, rule: Rule) -> date:
    """The day an application takes effect. No rule lets it count before both documents exist."""
    documents = max(source.issue_date, target.issue_date)
    return documents if rule == "latest_document" else max(documents, application.applied_on)


def open_items(book: Book, day: date, *, known_at: Until = None, rule: Rule = "latest") -> dict[ItemKey, OpenItem]:
    """Everything open at the end of `day`, by document and instalment."""
    documents = known(book.documents, "document_id", known_at)
    standing = {key: document for key, document in documents.items() if document.stands_on(day)}
    reductions = _applied(book, standing, day, known_at, rule)
    ended = _cleared(book, documents, day, known_at, reductions)
    found: dict[ItemKey, OpenItem] = {}
    for document in standing.values():
        for part, rest in _rests(book, document, reductions[document.document_id]).items():
            open_amount = document.sign * rest
            if document.is_base_only:
                open_base = None if document.document_id in ended else document.base_amount
            else:
                open_base = _base_value(book, document, open_amount)
            if open_amount == 0 and not open_base:
                continue
            number = part.instalment_no if part else None
            found[document.document_id, number] = _open_item(book, document, part, day, open_amount, open_base)
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


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


@dataclass(frozen=True)
class _Reduction:
    """How far something brings a document toward zero, and whether it says at which instalment."""

    amount: Decimal
    instalment_no: int | None = None
    is_spread: bool = False


_Reductions = dict[str, list[_Reduction]]


def _applied(book: Book, standing: Mapping[str, Document], day: date, known_at: Until, rule: Rule) -> _Reductions:
    """What applications take, by document, while both of their documents stand."""
    found: _Reductions = defaultdict(list)
    for application in known(book.applications, "application_id", known_at).values():
        source = standing.get(application.from_document_id)
        target = standing.get(application.to_document_id)
        if source is None or target is None or source.is_base_only or target.is_base_only:
            continue
        from_amount = _from_amount(book, application, source, target)
        if from_amount is None or effective_on(application, source, target, rule) > day:
            continue
        is_spread = application.spread == "pro_rata"
        found[target.document_id].append(_Reduction(application.amount, application.to_instalment_no, is_spread))
        # The other document moves the other way, so that the two together never change.
        found[source.document_id].append(_Reduction(-from_amount * source.sign * target.sign))
    return found


def _from_amount(book: Book, application: Application, source: Document, target: Document) -> Decimal | None:
    """The amount in the source's currency; None where two currencies have neither it nor the rates to work it out."""
    if source.currency == target.currency:
        return application.amount
    if application.from_amount is not None:
        return application.from_amount
    of_target, of_source = _rate(book, target), _rate(book, source)
    if of_target is None or of_source is None:
        return None
    return quotient(application.amount, of_target, of_source, minor_units(source.currency))


def _cleared(
    book: Book, documents: Mapping[str, Document], day: date, known_at: Until, reductions: _Reductions
) -> set[str]:
    """Add what clearing groups take to `reductions`; returns the base-only rows that ended."""
    ended: set[str] = set()
    for group in groups(book, documents, known_at):
        left = {
            member.document_id: member.sign
            * (abs(member.amount) - sum((reduction.amount for reduction in reductions[member.document_id]), ZERO))
            for member in group.members
        }
        given, over = settled(group, day, left, lambda member: _rate(book, member), minor_units(book.base_currency))
        for document_id, amount in given.items():
            reductions[document_id].append(_Reduction(amount * documents[document_id].sign))
        ended |= over
    return ended


def _rests(book: Book, document: Document, reductions: Sequence[_Reduction]) -> dict[Instalment | None, Decimal]:
    """What is left of a document, or of each of its instalments, toward zero by its type."""
    if document.is_base_only:
        return {None: ZERO}
    parts = _parts(book, document)
    if parts:
        return dict(_pour(parts, reductions, minor_units(document.currency)))
    return {None: abs(document.amount) - sum((reduction.amount for reduction in reductions), ZERO)}


def _parts(book: Book, document: Document) -> list[Instalment]:
    """Its instalments; none where they do not sum to it to the cent, since then nobody knows what falls due when.

    What their rounding leaves, less than half a unit, is the last one's.
    """
    parts = [part for part in book.instalments if part.document_id == document.document_id]
    left_over = abs(document.amount) - sum((abs(part.amount) for part in parts), ZERO)
    if abs(left_over) >= Decimal(5).scaleb(-minor_units(document.currency) - 1):
        return []
    by_due = sorted(parts, key=lambda part: (part.due_date, part.instalment_no))
    return [*by_due[:-1], replace(by_due[-1], amount=abs(by_due[-1].amount) + left_over)] if by_due else []


def _pour(parts: Sequence[Instalment], reductions: Sequence[_Reduction], places: int) -> dict[Instalment, Decimal]:
    """What is left of each instalment: what names one or all of them first, the rest where it is due earliest.

    What is over stays with the last one, which goes negative. Shares are rounded to the currency's `places`.
    """
    by_due = sorted(parts, key=lambda part: (part.due_date, part.instalment_no))
    numbered = {part.instalment_no: part for part in parts}
    whole = sum((abs(part.amount) for part in parts), ZERO)
    left = {part: abs(part.amount) for part in by_due}
    poured = ZERO
    for reduction in reductions:
        if reduction.instalment_no in numbered:
            left[numbered[reduction.instalment_no]] -= reduction.amount
        elif reduction.is_spread:
            rest = reduction.amount
            for part in by_due[:-1]:
                share = quotient(reduction.amount, abs(part.amount), whole, places)
                left[part] -= share
                rest -= share
            left[by_due[-1]] -= rest
        else:
            poured += reduction.amount
    if poured < 0:
        left[by_due[0]] -= poured
        return left
    for part in by_due:
        taken = min(poured, max(left[part], ZERO))
        left[part] -= taken
        poured -= taken
    left[by_due[-1]] -= poured
    return left


def _open_item(
    book: Book, document: Document, part: Instalment | None, day: date, open_amount: Decimal, open_base: Decimal | None
) -> OpenItem:
    amount = ZERO if document.is_base_only else document.sign * abs(part.amount if part else document.amount)
    due = part.due_date if part else document.due_date
    return OpenItem(
        document_id=document.document_id,
        instalment_no=part.instalment_no if part else None,
        document_type=document.document_type,
        customer_id=document.customer_id or "unidentified",
        issue_date=document.issue_date,
        due_date=due or document.issue_date,
        currency=document.currency,
        amount=amount,
        open_amount=open_amount,
        base_currency=book.base_currency,
        open_base=open_base,
        days_past_due=(day - (due or document.issue_date)).days,
        is_disputed=any(
            dispute.document_id == document.document_id
            and dispute.opened_on <= day
            and (dispute.resolved_on is None or day < dispute.resolved_on)
            for dispute in book.disputes
        ),
        is_ceded=document.is_ceded or False,
        is_unapplied=document.is_credit,
        is_due_date_missing=due is None,
        receivable_account=document.receivable_account or "unassigned",
    )


def _base_value(book: Book, document: Document, open_amount: Decimal) -> Decimal | None:
    rate = _rate(book, document)
    return None if rate is None else rounded(open_amount * rate, minor_units(book.base_currency))


def _rate(book: Book, document: Document) -> Decimal | None:
    """Functional currency per unit; None where nobody knows it, or where it makes a value beyond what books hold."""
    if document.currency == book.base_currency:
        return Decimal(1)
    rate = document.fx_rate if document.fx_rate is not None else _closing_rate(book, document)
    return rate if rate is not None and abs(document.amount) * rate < LARGEST_VALUE else None


def _closing_rate(book: Book, document: Document) -> Decimal | None:
    usable = [
        rate
        for rate in book.rates
        if (rate.currency, rate.base) == (document.currency, book.base_currency) and rate.day <= document.issue_date
    ]
    return max(usable, key=lambda rate: rate.day).rate if usable else None
