"""Bank statements: the customers' transfers among fees, suppliers and sweeps, with balances that carry over."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random

from ingest.sample.days import is_business, span
from ingest.sample.group import Statement
from ingest.sample.history import History
from ingest.sample.records import Payment
from ingest.sample.remittance import write_texts
from ingest.sample.world import COMPANIES, BankAccount, CompanySpec

FEE = {"MXN": 34_800, "USD": 2_500, "COP": 1_850_000, "CLP": 9_900}
OPENING_DAYS = 3  # opening balance: so many mean invoices


def make_statements(history: History, seed: int) -> list[Statement]:
    """One statement per account and business day, from the period's first day to its last; each opens as the
    one before closed. Adds the bank's own lines to `history.payments`, and gives every line its text and id.
    """
    found: list[Statement] = []
    for spec in COMPANIES:
        for bank in spec.banks:
            own = [payment for payment in history.payments if payment.bank is bank]
            random = Random(f"{seed}/bank/{bank.number}")
            write_texts(random, own)
            found.extend(_of_account(random, spec, bank, own, history))
    return found


def _of_account(
    random: Random, spec: CompanySpec, bank: BankAccount, payments: list[Payment], history: History
) -> list[Statement]:
    by_day: dict[date, list[Payment]] = defaultdict(list)
    for payment in payments:
        by_day[payment.booked].append(payment)
    balance = spec.mean_invoice * OPENING_DAYS // (18 if bank.currency != spec.currency else 1)
    statements = []
    number = 0
    for day in span(history.start, history.until):
        if not is_business(day):
            if day in by_day:
                raise AssertionError(f"money booked on {day}, which is no business day")
            continue
        lines = by_day[day]
        random.shuffle(lines)
        own = _own_lines(random, spec, bank, day, balance)
        history.payments.extend(own)
        lines = [*lines, *own]
        number += 1
        statement_id = f"{bank.number[-6:]}-{day:%Y%m%d}"
        for place, line in enumerate(lines, start=1):
            line.id, line.statement_id = f"{day:%Y%m%d}{bank.number[-4:]}{place:04}", statement_id
        closing = balance + sum(line.amount for line in lines)
        statements.append(Statement(spec, bank, statement_id, number, day, balance, closing, tuple(lines)))
        balance = closing
    return statements


def _own_lines(random: Random, spec: CompanySpec, bank: BankAccount, day: date, balance: int) -> list[Payment]:
    """Fees on the first days of a month, suppliers every week, and the treasury's sweep of what is left over."""
    found = []
    if day.day <= 3 and (day.day == 1 or day.weekday() == 0):
        text = {"MX": "COMISION POR SERVICIOS BANCARIOS", "CO": "CUOTA DE MANEJO", "CL": "COMISION MANTENCION"}
        found.append(Payment(spec, bank, day, -FEE[bank.currency], None, "fee", text=text[spec.country]))
    if day.weekday() == 4 and balance > 0:
        amount = balance * random.randint(15, 40) // 100
        amount -= amount % spec.step
        reference = random.randint(100_000, 999_999)
        found.append(Payment(spec, bank, day, -amount, None, "supplier", text=f"PAGO A PROVEEDORES LOTE {reference}"))
    if day.weekday() == 1 and balance > 6 * spec.mean_invoice:
        amount = (balance - 3 * spec.mean_invoice) // spec.step * spec.step
        found.append(Payment(spec, bank, day, -amount, None, "sweep", text="TRASPASO A CUENTA CONCENTRADORA"))
    return found
