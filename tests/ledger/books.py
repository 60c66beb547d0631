"""Random books for the ledger: many small companies with everything that moves a balance, and their siblings.

A sibling is the same book without what a question must not see: dated after a day, or recorded after one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ledger.oracle import (
    MINOR_UNITS,
    Application,
    Book,
    Dispute,
    Document,
    Instalment,
    Rate,
    known,
    rounded,
)

FIRST = date(2025, 1, 6)
LAST = date(2025, 6, 30)
TODAY = date(2025, 8, 15)
QUESTION_DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2025-01-31", "2025-02-20", "2025-03-31", "2025-04-11", "2025-05-01", "2025-06-10", "2025-06-30")
)
RECORDING_DAYS = tuple(date.fromisoformat(day) for day in ("2025-02-28", "2025-03-31", "2025-05-15", "2025-07-02"))
CURRENCIES = ("MXN", "USD", "CLP", "KWD")
TYPES = (
    ["invoice"] * 8
    + ["receipt"] * 6
    + ["credit_note"] * 2
    + ["journal"] * 2
    + ["debit_note", "refund", "interest"]
    + ["write_off", "discount", "withholding", "revaluation"]
)
# No rate before February, none for CLP in KWD: what has no rate has no value, and says so.
RATES = tuple(
    Rate(date.fromisoformat(day), currency, base, Decimal(rate))
    for day, currency, base, rate in (
        ("2025-02-01", "USD", "MXN", "18.1234567891"),
        ("2025-04-10", "USD", "MXN", "19.005"),
        ("2025-02-01", "USD", "CLP", "951.5"),
        ("2025-03-31", "USD", "KWD", "0.3065"),
        ("2025-02-01", "CLP", "MXN", "0.0195"),
        ("2025-05-01", "KWD", "MXN", "61.2345675"),
        ("2025-01-01", "MXN", "CLP", "48.75"),
        ("2025-01-01", "KWD", "CLP", "3107.25"),
        ("2025-01-01", "MXN", "KWD", "0.0151255"),
    )
)


@dataclass(frozen=True)
class Example:
    """A book, and the days its siblings are cut at."""

    book: Book
    cut_on: date
    known_on: date


def generate(count: int) -> list[Example]:
    """The same `count` different random books every time.

    Many short runs with seeds of their own: one long run dwells on variations of a few books.
    """
    found: dict[Book, Example] = {}

    @settings(
        max_examples=8,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(examples())
    def collect(example: Example) -> None:
        found.setdefault(example.book, example)

    run = 0
    while len(found) < count:
        run += 1
        seed(run)(collect)()
    return [
        replace(example, book=replace(example.book, company=f"B{number:03}"))
        for number, example in enumerate(list(found.values())[:count], start=1)
    ]


def cut(book: Book, day: date, company: str) -> Book:
    """The book as it would be if nothing dated after `day` had ever happened."""
    documents = {
        document.document_id: _before_its_cancellation(document, day)
        for document in known(book.documents, "document_id", None).values()
        if document.issue_date <= day
    }
    return replace(
        book,
        company=company,
        documents=tuple(documents.values()),
        instalments=tuple(part for part in book.instalments if part.document_id in documents),
        applications=tuple(
            application
            for application in known(book.applications, "application_id", None).values()
            if application.applied_on <= day
            and {application.from_document_id, application.to_document_id} <= documents.keys()
        ),
        disputes=tuple(
            replace(dispute, resolved_on=None) if dispute.resolved_on and dispute.resolved_on > day else dispute
            for dispute in book.disputes
            if dispute.opened_on <= day and dispute.document_id in documents
        ),
    )


def _before_its_cancellation(document: Document, day: date) -> Document:
    is_later = document.cancelled_on is not None and document.cancelled_on > day
    if document.cancel_mode == "erase" or not is_later:
        return document
    return replace(document, status="posted", cancelled_on=None, cancel_mode=None)


def as_recorded_by(book: Book, day: date, company: str) -> Book:
    """The book with only the rows that had been recorded by the end of `day`."""
    documents = tuple(document for document in book.documents if _is_recorded_by(document, day))
    ids = {document.document_id for document in documents}
    return replace(
        book,
        company=company,
        documents=documents,
        instalments=tuple(part for part in book.instalments if part.document_id in ids),
        applications=tuple(application for application in book.applications if _is_recorded_by(application, day)),
        disputes=tuple(dispute for dispute in book.disputes if dispute.document_id in ids),
    )


def _is_recorded_by(row: Document | Application, day: date) -> bool:
    return row.recorded_at is not None and row.recorded_at.date() <= day


def is_recorded(book: Book) -> bool:
    """Whether every row says when it was recorded."""
    rows: list[Document | Application] = [*book.documents, *book.applications]
    return all(row.recorded_at is not None for row in rows)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    base = draw(st.sampled_from(["MXN", "MXN", "CLP", "KWD"]))
    is_versioned = draw(st.booleans())
    # every other book keeps to one customer and one currency, where what is owed can't depend on the date rule
    is_plain = draw(st.booleans())
    instalments: list[Instalment] = []
    current: list[Document] = []
    versions: list[Document] = []
    for number in range(draw(st.integers(2, 8))):
        document = draw(_document(f"D{number}", base, is_plain=is_plain))
        parts = draw(_instalments(document))
        instalments += parts
        history = (
            draw(_versions(document, base, has_parts=bool(parts), is_plain=is_plain)) if is_versioned else [document]
        )
        versions += history
        current.append(history[-1])
    applications = draw(_applications(current, instalments))
    if is_versioned:
        applications = [version for application in applications for version in draw(_rerecorded(application))]
    book = Book(
        company="",
        base_currency=base,
        documents=tuple(versions),
        instalments=tuple(instalments),
        applications=tuple(applications),
        disputes=tuple(draw(_disputes(current))),
        rates=RATES,
    )
    return Example(book, draw(st.sampled_from(QUESTION_DAYS)), draw(st.sampled_from(RECORDING_DAYS)))


def _days(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    return st.dates(first, last)


def _money(currency: str, largest: int = 5_000) -> st.SearchStrategy[Decimal]:
    places = MINOR_UNITS[currency]
    return st.integers(1, largest * 10**places).map(lambda units: Decimal(units).scaleb(-places))


@st.composite
def _document(
    draw: st.DrawFn, document_id: str, base: str, before: Document | None = None, *, is_plain: bool
) -> Document:
    """Any document, or a corrected version of one: its type and currency stay."""
    kind = before.document_type if before else draw(st.sampled_from(TYPES))
    others = [] if is_plain else [code for code in CURRENCIES if code != base]
    currency = before.currency if before else draw(st.sampled_from([base] * 4 + others))
    issued = draw(_days())
    amount, base_amount = draw(_money(currency)), None
    if kind == "journal" and draw(st.booleans()):
        amount = -amount
    if kind == "revaluation":
        base_amount = draw(_money(base, 300)) * draw(st.sampled_from([1, -1]))
        amount = Decimal(0)
    status = draw(st.sampled_from(["posted"] * 7 + ["draft", "cancelled", "cancelled"]))
    return Document(
        document_id=document_id,
        document_type=kind,
        issue_date=issued,
        currency=currency,
        amount=amount,
        base_amount=base_amount,
        customer_id="C1" if is_plain else draw(st.sampled_from(["C1", "C1", "C1", "C2", None])),
        due_date=draw(st.none() | st.integers(-3, 100).map(lambda days: issued + timedelta(days=days))),
        fx_rate=draw(st.none() | st.integers(1, 60_000_000).map(lambda units: Decimal(units).scaleb(-6)))
        if currency != base
        else None,
        status=status,
        cancelled_on=draw(_days(issued, LAST)) if status == "cancelled" else None,
        cancel_mode=draw(st.sampled_from([None, "reverse", "erase"])) if status == "cancelled" else None,
        receivable_account=draw(st.sampled_from([None, "1105", "1106"])),
    )


@st.composite
def _instalments(draw: st.DrawFn, document: Document) -> list[Instalment]:
    unit = Decimal(1).scaleb(-MINOR_UNITS[document.currency])
    count = draw(st.sampled_from([0, 0, 2, 2, 3, 4]))
    units = int(abs(document.amount) / unit)
    if (document.sign < 0 and draw(st.booleans())) or count == 0 or units < count:
        return []
    sign = -1 if document.amount < 0 else 1
    if draw(st.booleans()):
        edges = [units * part // count for part in range(1, count)]  # equal parts, where shares of a cent are ties
    else:
        edges = sorted(draw(st.sets(st.integers(1, units - 1), min_size=count - 1, max_size=count - 1)))
    sizes = [after - before for before, after in zip([0, *edges], [*edges, units], strict=True)]
    dues = [document.issue_date + timedelta(days=draw(st.integers(0, 120))) for _ in sizes]
    return [
        Instalment(document.document_id, number, due, sign * size * unit)
        for number, (due, size) in enumerate(zip(dues, sizes, strict=True), start=1)
    ]


@st.composite
def _versions(draw: st.DrawFn, document: Document, base: str, *, has_parts: bool, is_plain: bool) -> list[Document]:
    """The document as first recorded and as corrected later; the amount of one with instalments stays."""
    moments = draw(_moments())
    history = [replace(document, recorded_at=moments[0])]
    for moment in moments[1:]:
        again = draw(_document(document.document_id, base, document, is_plain=is_plain))
        if has_parts:
            again = replace(again, amount=document.amount)
        history.append(replace(again, recorded_at=moment))
    return history


@st.composite
def _moments(draw: st.DrawFn) -> list[datetime]:
    days = draw(st.sets(st.integers(0, 190), min_size=1, max_size=3))
    clock = draw(st.sampled_from([time(0), time(9, 30), time(23, 59, 59, 999999)]))
    return [datetime.combine(FIRST + timedelta(days=day), clock) for day in sorted(days)]


@st.composite
def _applications(draw: st.DrawFn, documents: list[Document], instalments: list[Instalment]) -> list[Application]:
    able = [document for document in documents if document.document_type != "revaluation"]
    made: list[Application] = []
    if len(able) < 2:
        return made
    for number in range(draw(st.integers(2, 9))):
        if made and draw(st.integers(0, 4)) == 0:
            made.append(draw(_undone(draw(st.sampled_from(made)), f"A{number}")))
            continue
        source, target = draw(_pair(able))
        parts = [part.instalment_no for part in instalments if part.document_id == target.document_id]
        amount = draw(_applied_amount(source, target))
        made.append(
            Application(
                application_id=f"A{number}",
                from_document_id=source.document_id,
                to_document_id=draw(st.sampled_from([target.document_id] * 30 + ["GHOST"])),
                applied_on=draw(_days()),
                amount=amount,
                from_amount=None if source.currency == target.currency else draw(_money(source.currency)),
                to_instalment_no=draw(st.sampled_from([None] * len(parts) + parts)) if parts else None,
                spread=draw(st.sampled_from([None, "fifo", "pro_rata", "pro_rata"])) if parts else None,
            )
        )
    return made


@st.composite
def _pair(draw: st.DrawFn, documents: list[Document]) -> tuple[Document, Document]:
    """Mostly a credit onto a debit, mostly of the same customer and currency, sometimes any onto any other."""
    credits = [document for document in documents if document.sign < 0]
    debits = [document for document in documents if document.sign > 0]
    if credits and debits and draw(st.integers(0, 3)) > 0:
        target = draw(st.sampled_from(debits))
        alike = [
            document
            for document in credits
            if (document.customer_id, document.currency) == (target.customer_id, target.currency)
        ]
        return draw(st.sampled_from(alike if alike and draw(st.integers(0, 3)) > 0 else credits)), target
    first, second = draw(st.permutations(documents))[:2]
    return first, second


@st.composite
def _applied_amount(draw: st.DrawFn, source: Document, target: Document) -> Decimal:
    whole = abs(target.amount)
    part = draw(st.sampled_from([whole, whole, abs(source.amount), whole / 2, whole / 3, whole * 3 / 2, None]))
    amount = draw(_money(target.currency)) if part is None else rounded(part, MINOR_UNITS[target.currency])
    return amount or Decimal(1).scaleb(-MINOR_UNITS[target.currency])


@st.composite
def _undone(draw: st.DrawFn, application: Application, application_id: str) -> Application:
    later = application.applied_on + timedelta(days=draw(st.integers(0, 30)))
    return replace(
        application,
        application_id=application_id,
        applied_on=min(later, LAST),
        amount=-application.amount,
        from_amount=None if application.from_amount is None else -application.from_amount,
    )


@st.composite
def _rerecorded(draw: st.DrawFn, application: Application) -> list[Application]:
    """The application as first recorded and as corrected later."""
    moments = draw(_moments())
    history = [replace(application, recorded_at=moments[0])]
    history += [replace(application, recorded_at=moment, applied_on=draw(_days())) for moment in moments[1:]]
    return history


@st.composite
def _disputes(draw: st.DrawFn, documents: list[Document]) -> list[Dispute]:
    found = []
    for number in range(draw(st.integers(0, 2))):
        opened = draw(_days())
        resolved = draw(st.none() | _days(opened, LAST))
        found.append(Dispute(f"X{number}", draw(st.sampled_from(documents)).document_id, opened, resolved))
    return found
