"""Random books for the ledger: many small companies that all use the same ids, and their siblings.

A sibling is the same book without what a question must not see: dated after a day, or recorded after one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ledger.clearing import groups, is_known
from ledger.records import Application, Book, Document, is_recorded_by, known
from ledger.strategies import books

TODAY = date(2025, 8, 15)
QUESTION_DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2025-01-31", "2025-02-20", "2025-03-31", "2025-04-11", "2025-05-01", "2025-06-10", "2025-06-30")
)
RECORDING_DAYS = tuple(date.fromisoformat(day) for day in ("2025-02-28", "2025-03-31", "2025-05-15", "2025-07-02"))
_PER_SEED = 8


@dataclass(frozen=True)
class Example:
    """A book, and the days its siblings are cut at."""

    book: Book
    cut_on: date
    known_on: date


def generate(count: int, first_seed: int = 1) -> list[Example]:
    """`count` different random books, the same for the same first seed.

    Many short runs with seeds of their own: one long run dwells on variations of a few books.
    """
    found: dict[Book, Example] = {}

    @settings(
        max_examples=_PER_SEED,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(books(), st.sampled_from(QUESTION_DAYS), st.sampled_from(RECORDING_DAYS))
    def collect(book: Book, cut_on: date, known_on: date) -> None:
        found.setdefault(book, Example(book, cut_on, known_on))

    run = first_seed
    while len(found) < count:
        seed(run)(collect)()
        run += 1
    return [
        replace(example, book=replace(example.book, company=f"B{number:05}"))
        for number, example in enumerate(list(found.values())[:count], start=1)
    ]


def cut(book: Book, day: date, company: str) -> Book:
    """The book as it would be if nothing dated after `day` had ever happened."""
    whole = known(book.documents, "document_id", None)
    clearing = {
        member.document_id: group.cleared_on(member) for group in groups(book, whole) for member in group.members
    }
    documents = {
        document.document_id: _as_of(document, day, clearing.get(document.document_id))
        for document in whole.values()
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


def _as_of(document: Document, day: date, cleared_on: date | None) -> Document:
    """Without a cancellation or a clearing of a later day."""
    is_later = document.cancelled_on is not None and document.cancelled_on > day
    if document.cancel_mode != "erase" and is_later:
        document = replace(document, status="posted", cancelled_on=None, cancel_mode=None)
    if cleared_on is None or cleared_on > day:
        return replace(document, clearing_group=None, cleared_on=None)
    return replace(document, cleared_on=cleared_on)


def as_recorded_by(book: Book, day: date, company: str) -> Book:
    """The book with only the rows that had been recorded by the end of `day`, and the groups that were known then."""
    names = {document.clearing_group for document in book.documents if document.clearing_group}
    unknown = {name for name in names if not is_known(book, name, day)}
    documents = tuple(
        replace(document, clearing_group=None, cleared_on=None) if document.clearing_group in unknown else document
        for document in book.documents
        if is_recorded_by(document, day)
    )
    ids = {document.document_id for document in documents}
    return replace(
        book,
        company=company,
        documents=documents,
        instalments=tuple(part for part in book.instalments if part.document_id in ids),
        applications=tuple(application for application in book.applications if is_recorded_by(application, day)),
        disputes=tuple(dispute for dispute in book.disputes if dispute.document_id in ids),
    )


def without_instalments(book: Book, company: str) -> Book:
    """The book with every document whole."""
    return replace(
        book,
        company=company,
        instalments=(),
        applications=tuple(replace(application, to_instalment_no=None) for application in book.applications),
    )


def is_recorded(book: Book) -> bool:
    """Whether every row says when it was recorded."""
    rows: list[Document | Application] = [*book.documents, *book.applications]
    return all(row.recorded_at is not None for row in rows)
