"""Ids and numbers, given out at the end in the order in which things happened, as an ERP would have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from ingest.sample.history import History
from ingest.sample.records import Application, Doc, Order

RecordT = TypeVar("RecordT", Order, Application)

CODES = {
    "invoice": "FA", "journal": "SI", "receipt": "PG", "credit_note": "NC", "write_off": "CA", "discount": "DP",
    "withholding": "RT", "refund": "DV",
}  # fmt: skip


def number_everything(history: History) -> None:
    """Sort the lists by time and give every record its id. Ties keep the order of customers: same seed, same ids."""
    books = history.books
    books.documents.sort(key=lambda doc: (doc.first_issue or doc.issue, doc.spec.code))
    _number_documents(books.documents)
    history.orders.sort(key=lambda order: (order.ordered, order.customer.spec.code))
    _count(history.orders, lambda order: order.customer.spec.code, "PED-")
    books.applications.sort(key=lambda application: (application.on, application.to.spec.code))
    _count(books.applications, lambda application: application.to.spec.code, "AP")
    for application in books.applications:
        receipt, target = application.frm.recorded, application.to.recorded
        application.recorded = max(moment for moment in (receipt, target) if moment is not None)
    history.limits.sort(key=lambda limit: (limit.customer.spec.code, limit.customer.id, limit.valid_from))
    history.holds.sort(key=lambda hold: (hold.customer.spec.code, hold.customer.id, hold.since))
    history.disputes.sort(key=lambda dispute: (dispute.opened, dispute.doc.spec.code))
    history.promises.sort(key=lambda promise: (promise.promised, promise.doc.spec.code))
    history.contacts.sort(key=lambda contact: (contact.at, contact.customer.spec.code))


def _number_documents(documents: Iterable[Doc]) -> None:
    ids: dict[tuple[str, str], int] = defaultdict(int)
    folios: dict[tuple[str, str], int] = defaultdict(lambda: 1_000)
    for doc in documents:
        code, spec = CODES[doc.kind], doc.spec
        ids[spec.code, code] += 1
        doc.id = f"{code}{ids[spec.code, code]:07}"
        if doc.kind in ("invoice", "journal"):
            series = spec.series if doc.currency == spec.currency else spec.foreign_series
            folios[spec.code, series] += 1
            doc.number = f"{series}{folios[spec.code, series]:06}"
        else:
            doc.number = f"{code}-{ids[spec.code, code]:06}"


def _count(records: Iterable[RecordT], company: Callable[[RecordT], str], prefix: str) -> None:
    counters: dict[str, int] = defaultdict(int)
    for record in records:
        counters[company(record)] += 1
        record.id = f"{prefix}{counters[company(record)]:07}"
