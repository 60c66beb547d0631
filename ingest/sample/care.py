"""What collectors do about an invoice: reminders, calls, promises, disputes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ingest.sample.days import ONE_DAY, add_business, business_on_or_after
from ingest.sample.records import Contact, Dispute, Doc, Promise

if TYPE_CHECKING:
    from ingest.sample.life import Life

# days past due: channel and kind of the step
STEPS = (
    (-3, "email", "reminder"),
    (1, "email", "dunning"),
    (7, "whatsapp", "dunning"),
    (15, "phone", "call"),
    (30, "phone", "call"),
    (45, "letter", "letter"),
    (60, "phone", "call"),
    (75, "letter", "final_notice"),
)
REASONS = ("precio", "calidad", "cantidad", "no recibido", "sin orden de compra", "factura duplicada")
NONPAYMENT = ("not_received", "cannot_pay", "cannot_pay", "will_not_pay", "administrative", "administrative")
KEPT = {"punctual": 0.9, "late": 0.75, "month_end": 0.8, "erratic": 0.5, "deteriorating": 0.2, "bad": 0.12}
GRACE_DAYS = 3


class Care:
    """The collector's side of one customer's life."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._last_contact: date | None = None

    def attend(self, doc: Doc, day: date) -> None:
        """Plan what will be done about a new invoice."""
        life, random = self._life, self._life.random
        due = doc.parts[0].due
        for offset, channel, kind in STEPS:
            if random.random() < (0.72 if offset < 0 else 0.85):
                when = business_on_or_after(due + timedelta(days=offset))
                if when > day:
                    life.at(when, partial(self._contact, doc, channel, kind))
        if random.random() < 0.024:
            opened = business_on_or_after(day + timedelta(days=random.randint(3, 32)))
            life.at(opened, lambda on: self._dispute(doc, on))

    def _contact(self, doc: Doc, channel: str, kind: str, day: date) -> None:
        life, random = self._life, self._life.random
        disputed = doc.blocked_until is not None and doc.blocked_until > day
        if doc.open == 0 or doc.pending_at_bank or disputed or doc.status != "posted" or self._last_contact == day:
            return  # one contact a customer and day; nothing is chased that is paid or in dispute
        if channel == "email" and not life.customer.email:
            return
        self._last_contact = day
        hour = random.randint(15, 22) if day < life.history.until else 0
        at = datetime.combine(day, time(hour, random.randint(0, 25)))
        answered = random.random() < (0.6 if kind == "call" else 0.15)
        contact = Contact(life.customer, doc, at, channel, kind, "answered" if answered else "no_answer",
                          life.customer.collector)  # fmt: skip
        life.history.contacts.append(contact)
        if answered and kind != "reminder":
            contact.reason = random.choice(NONPAYMENT)
            if kind == "call" and random.random() < 0.5:
                contact.outcome = "promise"
                self._promise(doc, day)

    def _promise(self, doc: Doc, day: date) -> None:
        life, random = self._life, self._life.random
        due = add_business(day, random.randint(2, 8))
        promise = Promise(doc, day, due, doc.open)
        life.history.promises.append(promise)
        if random.random() < KEPT[life.customer.payer]:
            life.paying.plan(doc, due)
        life.at(due + timedelta(days=GRACE_DAYS), lambda on: self._judge(promise))

    def _judge(self, promise: Promise) -> None:
        promise.status = "kept" if promise.doc.open == 0 or promise.doc.pending_at_bank else "broken"

    def _dispute(self, doc: Doc, day: date) -> None:
        life, random = self._life, self._life.random
        if doc.open == 0 or doc.pending_at_bank or doc.status != "posted" or doc.blocked_until is not None:
            return
        amount = doc.open if random.random() < 0.5 else max(1, doc.open * random.randint(5, 50) // 100)
        amount -= amount % life.spec.step
        dispute = Dispute(doc, day, random.choice(REASONS), amount or doc.open, life.customer.collector)
        life.history.disputes.append(dispute)
        slow = random.random() < 0.2
        resolved = business_on_or_after(
            day + timedelta(days=random.randint(40, 130) if slow else random.randint(3, 20))
        )
        doc.blocked_until = resolved + ONE_DAY
        if random.random() < 0.9:
            life.at(add_business(day, random.randint(1, 3)), lambda on: setattr(dispute, "acknowledged", on))
        life.at(resolved, lambda on: self._resolve(dispute, on))

    def _resolve(self, dispute: Dispute, day: date) -> None:
        life, doc = self._life, dispute.doc
        dispute.acknowledged = dispute.acknowledged or day
        dispute.resolved = day
        if life.random.random() < 0.55 and doc.open:
            dispute.outcome = "credit_note"
            life.paying.credit_note(doc, day, dispute.reason, min(dispute.amount, doc.open))
        else:
            dispute.outcome = "rejected"
        if doc.open:
            life.paying.plan(doc, business_on_or_after(day + timedelta(days=life.random.randint(2, 12))))
