"""The simulated ERP's receivables ledger: every movement is posted to the control account as it happens.

The control accounts that Cartera must tie out to are the running sums of these postings. The oracle computes the
same balances from the exported rows alone; a test compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from ingest.sample.money import convert
from ingest.sample.records import Application, Doc, Part

Postings = dict[tuple[str, str], dict[date, int]]


class Books:
    """Posts documents, applications and cancellations; balances in minor units of the company's currency."""

    def __init__(self) -> None:
        self.postings: Postings = defaultdict(lambda: defaultdict(int))
        self.documents: list[Doc] = []
        self.applications: list[Application] = []
        self._by_receipt: dict[int, list[tuple[Application, Part]]] = defaultdict(list)

    def record(self, doc: Doc) -> Doc:
        """The document enters the ledger on its issue date. Drafts and erased documents are only listed."""
        self.documents.append(doc)
        if doc.status == "posted":
            doc.in_ledger = True
            for part in doc.parts:
                self._post(doc, doc.issue, 0, part.open)
        return doc

    def apply(
        self, frm: Doc, to: Doc, amount: int, on: date, *, stated_on: date | None = None, from_amount: int | None = None
    ) -> int:
        """Settle up to `amount` of `to` with `frm`, oldest due first; what was settled, in the currency of `to`.

        `stated_on` is the date the export shows when it is earlier than the effect: an application never counts
        before both documents stand. `from_amount` is what leaves `frm` when its currency is another.
        """
        amount = min(amount, to.open)
        leaving = amount if from_amount is None else from_amount
        if from_amount is None and amount > frm.open:
            amount = leaving = frm.open
        if amount <= 0:
            return 0
        application = Application(frm, to, stated_on or on, amount, leaving)
        self.applications.append(application)
        rest = amount
        for part in sorted(to.parts, key=lambda part: part.due):
            step = min(part.open, rest)
            if step:
                self._post(to, on, part.open, part.open - step)
                part.open -= step
                rest -= step
                self._by_receipt[id(frm)].append((Application(frm, to, on, step, step), part))
        credit = frm.parts[0]
        self._post(frm, on, credit.open, credit.open - leaving)
        credit.open -= leaving
        return amount

    def cancel(self, credit: Doc, on: date) -> list[Doc]:
        """A posted credit stands no longer from `on`: what it settled is open again. The documents re-opened."""
        reopened = []
        for application, part in self._by_receipt.pop(id(credit), []):
            self._post(application.to, on, part.open, part.open + application.amount)
            part.open += application.amount
            reopened.append(application.to)
        self._close(credit, on)
        return reopened

    def cancel_debit(self, debit: Doc, on: date) -> None:
        """A posted document that nothing was applied to stands no longer from `on`."""
        if debit.open != debit.amount:
            raise ValueError("a settled document is never cancelled in the sample")
        self._close(debit, on)

    def _close(self, doc: Doc, on: date) -> None:
        doc.status, doc.cancelled_on, doc.cancel_mode = "cancelled", on, "reverse"
        for part in doc.parts:
            # whatever is still on the item leaves the account; applied money was given back to what it settled
            self._post(doc, on, part.open, 0)
            part.open = 0

    def _post(self, doc: Doc, on: date, before: int, after: int) -> None:
        spec = doc.spec
        change = convert(after, doc.currency, doc.rate, spec.currency) - convert(
            before, doc.currency, doc.rate, spec.currency
        )
        if change:
            self.postings[spec.code, doc.account][on] += change if doc.is_debit else -change

    def balances(self, days: list[date]) -> dict[tuple[str, str, date], int]:
        """Balance of each control account at the end of each of `days`."""
        found = {}
        for (company, account), changes in self.postings.items():
            for day in days:
                found[company, account, day] = sum(change for on, change in changes.items() if on <= day)
        return found
