"""The truth as CSV, for tests and for the curious. Cartera never reads it."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

from ingest.sample.days import ONE_DAY
from ingest.sample.export.contract_csv import as_text
from ingest.sample.export.rows import Value
from ingest.sample.group import Group
from ingest.sample.money import to_decimal
from ingest.sample.oracle import Item
from ingest.sample.policy_truth import Breach, State
from ingest.sample.records import Doc, Payment
from ingest.sample.truth import Truth

ABOUT = """What is really so in the simulated group. Cartera never reads these files.

policy_breaches.csv  spells of days in breach of R07 or R11, both days included; until empty = still in breach
policy_states.csv    every customer under both rules at each month end and on the last day
bank_receipts.csv    each bank line that is a customer's money, and the invoices it is meant for; tracking_key stands in
                     the MT940 as customer reference, in the CAMT as EndToEndId, in the CSV as transaction_id;
                     posted_as empty = the ERP has not posted it yet
control_balances.csv the receivable control accounts, reckoned from the exported rows alone
payer_types.csv      how each customer really pays, and what was planted with it
"""
RECEIPT_HEADER = (
    "company", "bank_account", "tracking_key", "booked_on", "currency", "amount", "kind", "customer_id",
    "document_id", "invoice_number", "invoice_amount", "open_before", "text_has_exact_number", "posted_as", "is_t1",
)  # fmt: skip


def write_truth(folder: Path, group: Group, truth: Truth) -> Path:
    """Write the files named in README.txt into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text(ABOUT, encoding="utf-8")
    _write(folder / "policy_breaches.csv", [f.name for f in fields(Breach)], map(_values, truth.policy.breaches))
    _write(folder / "policy_states.csv", [f.name for f in fields(State)], map(_values, truth.policy.states))
    _write(folder / "bank_receipts.csv", RECEIPT_HEADER, bank_receipts(group, truth))
    control = ((company, account, day, value) for (company, account, day), value in sorted(truth.control.items()))
    _write(folder / "control_balances.csv", ("company", "account", "as_of", "balance"), control)
    payers = ("company", "customer_id", "payer_type", "planted_limit", "planted_hold", "planted_from")
    rows = ((c.spec.code, c.id, c.payer, c.planted_limit, c.planted_hold, c.planted_from) for c in group.customers)
    _write(folder / "payer_types.csv", payers, rows)
    return folder


def _values(record: Breach | State) -> list[Value]:
    return [getattr(record, field.name) for field in fields(record)]


def bank_receipts(group: Group, truth: Truth) -> Iterator[Sequence[Value]]:
    """One row per bank line and invoice; `open_before` is the invoice's open amount the day before the money came.

    `is_t1`: the text holds the exact number of the one invoice the money is for, the amount is exactly what was open
    of it, and no other transfer could claim the same invoice with the same right.
    """
    items: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in truth.items:
        items[item.company, item.document_id].append(item)

    def open_before(line: Payment, doc: Doc) -> Decimal:
        own = items.get((doc.spec.code, doc.id), [])
        return sum((item.open_on(line.booked - ONE_DAY) for item in own), Decimal(0))

    claims = Counter(
        id(doc)
        for line in group.history.payments
        if line.customer is not None and line.amount > 0
        for doc, _ in line.lines
        if _reduced(doc.number) in _reduced(line.text)
        and to_decimal(line.amount, line.bank.currency) == open_before(line, doc)
    )
    for statement in group.statements:
        for line in statement.lines:
            if line.customer is None or line.amount <= 0:
                continue
            currency = statement.bank.currency
            amount = to_decimal(line.amount, currency)
            posted = line.receipt.id if line.receipt else ""
            lines: list[tuple[Doc | None, int]] = [*line.lines] or [(None, 0)]
            for doc, part in lines:
                before = open_before(line, doc) if doc else None
                certain = doc is not None and claims[id(doc)] == 1 and is_t1(line, doc, before)
                yield (
                    statement.spec.code, statement.bank.number, line.id, line.booked, currency, amount, line.kind,
                    line.customer.id, doc.id if doc else "", doc.number if doc else "",
                    to_decimal(part, doc.currency) if doc else None, before, line.exact_reference, posted, certain,
                )  # fmt: skip


def is_t1(line: Payment, doc: Doc, open_before: Decimal | None) -> bool:
    """Whether the transfer alone has all that the first tier of matching asks for."""
    return (
        line.exact_reference
        and len(line.lines) == 1
        and doc.kind == "invoice"
        and doc.currency == line.bank.currency
        and to_decimal(line.amount, line.bank.currency) == open_before
    )


def _reduced(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([as_text(value) for value in row] for row in rows)
