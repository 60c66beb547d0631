"""How a customer settles: transfers, part payments, deductions, advances, bounces, refunds, write-offs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.sample import behaviour
from ingest.sample.days import add_business, business_on_or_after, not_month_end
from ingest.sample.money import ONE, convert, share
from ingest.sample.records import Doc, Order, Part, Payment

if TYPE_CHECKING:
    from ingest.sample.life import Life

INCOME_TAX = Decimal("0.025")  # retefuente on the net of tax (CO)
CITY_TAX = Decimal("0.01104")  # ICA on the net of tax (CO)
WRITE_OFF_AFTER = 200
POSTING_LAG = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3)  # business days from the bank's booking to the receipt in the ERP


class Paying:
    """The paying side of one customer's life."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._ready: list[Doc] = []
        self._advances: dict[int, Doc] = {}

    def plan(self, doc: Doc, day: date) -> None:
        """Have the customer want to pay what is due of `doc` on `day`."""
        self._life.at(business_on_or_after(day), lambda on: self._want(doc, on))

    def _want(self, doc: Doc, day: date) -> None:
        if doc.open == 0 or doc.pending_at_bank:
            return
        if doc.blocked_until is not None and day < doc.blocked_until:
            self.plan(doc, doc.blocked_until)
        elif doc not in self._ready:
            self._ready.append(doc)

    def settle_ready(self, day: date) -> None:
        """Pay today what became ready today."""
        if not self._ready:
            return
        ready, self._ready = [doc for doc in self._ready if doc.open and not doc.pending_at_bank], []
        if not ready:
            return
        if not self._life.live:
            for doc in ready:
                doc.parts[0].open = 0
            return
        if len(ready) > 1 and behaviour.pays_in_runs(self._life.customer, self._life.random):
            for _, group in groupby(sorted(ready, key=lambda doc: doc.currency), key=lambda doc: doc.currency):
                self._pay(list(group), day)
        else:
            for doc in ready:
                self._pay([doc], day)

    def _pay(self, docs: list[Doc], day: date) -> None:
        life, random = self._life, self._life.random
        posting = add_business(day, random.choice(POSTING_LAG))
        posted = posting <= life.history.until
        if posted and random.random() < 0.75:
            self._deduct_credits(docs, day)
            docs = [doc for doc in docs if doc.open]
        lines: list[tuple[Doc, int]] = []
        kind = "exact" if len(docs) == 1 else "several"
        for doc in docs:
            due = sum(part.open for part in doc.parts if part.due <= day + timedelta(days=12)) or doc.open
            if due < doc.open:
                kind = "part"
            deducted = self._deduct(doc, day, posted) if due == doc.open else 0
            if deducted:
                kind = "net_of_deduction"
            lines.append((doc, due - deducted))
        lines = [(doc, amount) for doc, amount in lines if amount > 0]
        if not lines:
            return
        chance = random.random()
        if kind == "exact" and chance < 0.055 and lines[0][1] > 1_000 * life.spec.step:
            kind = "part"
            lines = [(lines[0][0], share(lines[0][1], Decimal(random.randint(40, 80)) / 100, life.spec.step))]
        total = sum(amount for _, amount in lines)
        whole = kind == "exact" and len(lines) == 1 and total == lines[0][0].open
        if kind == "exact" and 0.055 <= chance < 0.068:
            total, kind, whole = self._too_much(total), "over", False
        payment = self._receive(docs[0].currency, total, day, kind)
        payment.lines, payment.whole = lines, whole
        if not posted:
            for doc, _ in lines:
                doc.pending_at_bank = True
        elif kind == "exact" and 0.07 <= chance < 0.075:
            self._unidentified(payment, day)
        else:
            self._post(payment, day, posting)
            if kind == "exact" and 0.08 <= chance < 0.087:
                self._bounce_later(payment, day)
        if kind == "part" and posted:
            for doc, _ in lines:
                if len(doc.parts) == 1:
                    self.plan(doc, business_on_or_after(day + timedelta(days=random.randint(12, 40))))

    def _too_much(self, total: int) -> int:
        step = self._life.spec.step
        if self._life.random.random() < 0.3:
            return total * 2  # paid twice
        return total + share(total, Decimal(self._life.random.randint(1, 6)) / 100, step) + step

    def _receive(self, currency: str, amount: int, day: date, kind: str) -> Payment:
        """Money reaches the bank; a few foreign customers pay in the company's currency."""
        life = self._life
        into = currency
        if currency != life.spec.currency and kind == "exact" and life.random.random() < 0.06:
            into = life.spec.currency
            amount = convert(amount, currency, life.history.rates.on(day, currency, into), into)
        payment = Payment(life.spec, life.spec.bank_of(into), day, amount, life.customer, kind)
        life.history.payments.append(payment)
        return payment

    def _post(self, payment: Payment, day: date, posting: date) -> Doc:
        """The ERP posts the receipt and applies it; what is over stays unapplied."""
        life = self._life
        receipt = self._credit("receipt", payment.amount, payment.bank.currency, day)
        receipt.recorded = life.history.recorded(life.random, posting)
        receipt.created_by = life.random.choice(("tesoreria1", "tesoreria2"))
        payment.receipt = receipt
        for doc, amount in payment.lines:
            if receipt.currency == doc.currency:
                life.history.books.apply(receipt, doc, amount, day)
            else:
                life.history.books.apply(receipt, doc, amount, day, from_amount=receipt.open)
        if receipt.open:
            self._use_rest_later(receipt, day)
        return receipt

    def _credit(self, kind: str, amount: int, currency: str, day: date) -> Doc:
        life = self._life
        credit = Doc(
            spec=life.spec, customer=life.customer, kind=kind, issue=day, currency=currency, amount=amount,
            parts=[Part(day, amount, amount)],
            rate=life.history.rates.on(day, currency, life.spec.currency),
            recorded=life.history.recorded(life.random, day), created_by="cartera1",
        )  # fmt: skip
        life.history.books.record(credit)
        life.credits.append(credit)
        return credit

    def _deduct_credits(self, docs: list[Doc], day: date) -> None:
        for note in self._life.credits:
            for doc in docs:
                if note.kind == "credit_note" and note.open and doc.open and note.currency == doc.currency:
                    self._life.history.books.apply(note, doc, min(note.open, doc.open), day)

    def _deduct(self, doc: Doc, day: date, posted: bool) -> int:
        """What the payer keeps: withholdings (CO) or the early-payment discount. Returns it in minor units."""
        life = self._life
        if doc.discount_date is not None and doc.discount_rate is not None and day <= doc.discount_date:
            kept = share(doc.open, doc.discount_rate, life.spec.step)
            self._settle_by("discount", doc, kept, day, day, posted)
            return kept
        if not life.customer.withholds or doc.kind != "invoice" or doc.open != doc.amount:
            return 0
        net = doc.amount - doc.tax
        kept = share(net, INCOME_TAX, 100) + share(net, CITY_TAX, 100)
        late = life.random.random() < 0.2  # the certificate comes weeks after the money
        when = business_on_or_after(day + timedelta(days=life.random.randint(10, 40))) if late else day
        self._settle_by("withholding", doc, kept, day, when, posted)
        return kept

    def _settle_by(self, kind: str, doc: Doc, amount: int, today: date, when: date, posted: bool) -> None:
        if not posted or amount <= 0:
            return

        def book(on: date) -> None:
            usable = min(amount, doc.open)
            if usable:
                credit = self._credit(kind, usable, doc.currency, on)
                credit.linked = doc
                self._life.history.books.apply(credit, doc, usable, on)

        if when == today:
            book(today)
        else:
            self._life.at(when, book)

    def _use_rest_later(self, receipt: Doc, day: date) -> None:
        chance, random = self._life.random.random(), self._life.random
        when = business_on_or_after(day + timedelta(days=random.randint(3, 60)))
        if chance < 0.65:
            self._life.at(when, lambda on: self._use_rest(receipt, on))
        elif chance < 0.80:
            self._life.at(when, lambda on: self._refund(receipt, on))

    def _use_rest(self, receipt: Doc, day: date) -> None:
        for doc in sorted(self._life.debts, key=lambda doc: doc.issue):
            if doc.currency == receipt.currency and doc.open and receipt.open and not doc.pending_at_bank:
                self._life.history.books.apply(receipt, doc, min(receipt.open, doc.open), day)

    def _refund(self, receipt: Doc, day: date) -> None:
        life = self._life
        if receipt.open == 0 or receipt.status != "posted":
            return
        refund = Doc(
            spec=life.spec, customer=life.customer, kind="refund", issue=day, currency=receipt.currency,
            amount=receipt.open, parts=[Part(day, receipt.open, receipt.open)], due=day,
            rate=life.history.rates.on(day, receipt.currency, life.spec.currency), linked=receipt,
            recorded=life.history.recorded(life.random, day), created_by="tesoreria1", approved_by="gerente.credito",
        )  # fmt: skip
        life.history.books.record(refund)
        amount = receipt.open
        life.history.books.apply(receipt, refund, amount, day)
        paid_out = Payment(life.spec, life.spec.bank_of(refund.currency), day, -amount, life.customer, "refund")
        paid_out.lines = [(refund, amount)]
        life.history.payments.append(paid_out)

    def _bounce_later(self, payment: Payment, day: date) -> None:
        on = not_month_end(add_business(day, self._life.random.randint(1, 3)))
        self._life.at(on, lambda when: self._bounce(payment, when))

    def _bounce(self, payment: Payment, day: date) -> None:
        """The bank takes the money back: the receipt is cancelled, what it settled is open again."""
        life = self._life
        if payment.receipt is None or payment.receipt.status != "posted":
            return
        for doc in life.history.books.cancel(payment.receipt, day):
            if doc not in life.debts:
                life.debts.append(doc)
            self.plan(doc, business_on_or_after(day + timedelta(days=life.random.randint(4, 20))))
        payment.kind = "bounced"
        back = Payment(life.spec, payment.bank, day, -payment.amount, life.customer, "reversal", reversal_of=payment)
        life.history.payments.append(back)

    def _unidentified(self, payment: Payment, day: date) -> None:
        """Nobody knows whose money it is; weeks later the receipt is reversed and posted to its customer."""
        life = self._life
        payment.kind = "unidentified"
        receipt = self._credit("receipt", payment.amount, payment.bank.currency, day)
        receipt.customer, receipt.text, receipt.created_by = None, "Depósito no identificado", "tesoreria2"
        life.credits.remove(receipt)
        payment.receipt = receipt
        for doc, _ in payment.lines:
            doc.blocked_until = date.max  # the customer has paid and will not pay again
        on = not_month_end(business_on_or_after(day + timedelta(days=life.random.randint(8, 45))))
        life.at(on, lambda when: self._identify(payment, receipt, when))

    def _identify(self, payment: Payment, receipt: Doc, day: date) -> None:
        self._life.history.books.cancel(receipt, day)
        moved = self._post(payment, day, day)
        moved.linked, moved.text = receipt, "Identificación de depósito"

    def advance(self, order: Order, day: date, invoiced: date) -> None:
        """A part of the order is paid before there is an invoice."""
        life = self._life
        part = share(order.amount, Decimal(life.random.choice((30, 50, 50, 100))) / 100, life.spec.step)
        on = business_on_or_after(day + timedelta(days=1))
        if part <= 0 or on >= invoiced:
            return

        def pay(when: date) -> None:
            payment = self._receive(order.currency, part, when, "advance")
            receipt = self._credit("receipt", part, order.currency, when)
            receipt.order, receipt.text, receipt.created_by = order, "Anticipo", "tesoreria1"
            payment.receipt = receipt
            self._advances[id(order)] = receipt

        life.at(on, pay)

    def use_advance(self, invoice: Doc, day: date) -> None:
        """The invoice of an order takes the order's advance; some clerks date it back to the receipt."""
        receipt = self._advances.get(id(invoice.order)) if invoice.order else None
        if receipt is not None and receipt.open:
            stated = receipt.issue if self._life.random.random() < 0.3 else day
            self._life.history.books.apply(receipt, invoice, min(receipt.open, invoice.open), day, stated_on=stated)

    def credit_note(self, invoice: Doc, day: date, why: str, amount: int | None = None) -> None:
        """Goods came back or a price was wrong. Four in five are applied at once, if the invoice is still open."""
        life, random = self._life, self._life.random
        if invoice.status != "posted" or invoice.pending_at_bank:
            return
        full = random.random() < 0.12
        size = amount or share(invoice.amount, ONE if full else Decimal(random.randint(3, 30)) / 100, life.spec.step)
        if size <= 0:
            return
        note = self._credit("credit_note", size, invoice.currency, day)
        note.linked, note.text = invoice, f"Nota de crédito por {why}"
        note.tax = size - share(size, 1 / (1 + life.spec.tax_rate)) if invoice.tax else 0
        note.approved_by = "gerente.credito" if size > life.spec.mean_invoice else "analista.credito"
        if invoice.open and random.random() < 0.8:
            life.history.books.apply(note, invoice, min(size, invoice.open), day)

    def plan_write_off(self, doc: Doc) -> None:
        """A debt nobody pays is written off in the end."""
        last = max(part.due for part in doc.parts)
        day = not_month_end(
            business_on_or_after(last + timedelta(days=WRITE_OFF_AFTER + self._life.random.randint(0, 40)))
        )
        self._life.at(day, lambda on: self._write_off(doc, on))

    def _write_off(self, doc: Doc, day: date) -> None:
        life = self._life
        if doc.open == 0 or doc.pending_at_bank or doc.status != "posted" or not doc.in_ledger:
            return
        amount = doc.open
        loss = self._credit("write_off", amount, doc.currency, day)
        loss.linked, loss.text = doc, "Castigo de cuenta incobrable"
        large = life.base(amount, loss.rate) > 4 * life.spec.mean_invoice
        loss.approved_by = "director.finanzas" if large else "gerente.credito"
        life.history.books.apply(loss, doc, amount, day)
