"""The simulated ledger against the oracle, which knows only the exported rows; and the bank against itself."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from ingest.sample import Group, Truth
from ingest.sample.export import rows
from ingest.sample.export.truth_csv import bank_receipts
from ingest.sample.money import to_decimal
from ingest.sample.oracle import control_balances, replay


def test_control_accounts_tie_to_the_cent_on_every_month_end(tiny: Group, truth: Truth) -> None:
    exported = {(row["company"], row["account"], row["as_of"]): row["balance"] for row in rows.gl_balances(tiny)}
    assert exported == truth.control
    assert len({day for _, _, day in exported}) == 25  # the opening day and 24 month ends
    assert all(balance > 0 for (_, account, _), balance in exported.items() if account != "105-02-001")


def test_control_accounts_tie_at_size_small(small: Group) -> None:
    """Size small has what tiny may lack: instalments in dollars, receipts in pesos for invoices in dollars."""
    exported = {(row["company"], row["account"], row["as_of"]): row["balance"] for row in rows.gl_balances(small)}
    items = replay(rows.companies(small), rows.documents(small), rows.instalments(small), rows.applications(small))
    assert exported == control_balances(items, sorted({day for _, _, day in exported}))


def test_nothing_is_dated_or_recorded_after_the_last_day(tiny: Group) -> None:
    for row in (*rows.documents(tiny), *rows.applications(tiny)):
        assert row["recorded_at"].date() <= tiny.until
        for column in ("issue_date", "applied_on", "cancelled_on"):
            assert row.get(column) is None or row[column] <= tiny.until


def test_no_item_is_settled_beyond_its_amount(truth: Truth) -> None:
    for item in truth.items:
        positive = item.opens[0] > 0
        assert all(amount >= 0 if positive else amount <= 0 for amount in item.opens), item.document_id


def test_instalments_sum_to_their_document(small: Group) -> None:
    amounts = {(row["company"], row["document_id"]): row["amount"] for row in rows.documents(small)}
    sums: dict[tuple[str, str], Decimal] = {}
    for row in rows.instalments(small):
        key = (row["company"], row["document_id"])
        sums[key] = sums.get(key, Decimal(0)) + row["amount"]
    assert len(sums) >= 10
    assert all(amounts[key] == total for key, total in sums.items())


def test_chilean_amounts_are_whole_pesos(tiny: Group) -> None:
    for entity in ("documents", "applications", "gl_balances", "bank_transactions", "promises", "orders"):
        for row in rows.ENTITY_ROWS[entity](tiny):
            if row["company"] == "ANDCL":
                amount = row.get("amount", row.get("balance"))
                assert amount == amount.to_integral_value(), (entity, row)


def test_statement_balances_carry_over(tiny: Group) -> None:
    for spec in tiny.companies:
        for bank in spec.banks:
            own = [statement for statement in tiny.statements if statement.bank is bank]
            assert own[0].day == tiny.start and own[-1].day == tiny.until
            assert all(before.closing == after.opening for before, after in pairwise(own))
            assert all(s.opening + sum(line.amount for line in s.lines) == s.closing for s in own)


def test_every_posted_receipt_was_at_the_bank(tiny: Group) -> None:
    at_bank = {
        id(line.receipt): to_decimal(line.amount, statement.bank.currency)
        for statement in tiny.statements
        for line in statement.lines
        if line.receipt is not None
    }
    receipts = [doc for doc in tiny.history.books.documents if doc.kind == "receipt"]
    # a deposit identified later is posted a second time: the first posting was reversed and is the second one's link
    first_postings = {id(doc.linked) for doc in receipts if doc.linked is not None}
    for receipt in receipts:
        if id(receipt) in first_postings:
            assert receipt.status == "cancelled" and receipt.customer is None
        else:
            assert at_bank[id(receipt)] == to_decimal(receipt.amount, receipt.currency)


def test_some_receipts_wait_at_the_bank_to_be_matched(tiny: Group, truth: Truth) -> None:
    waiting = [row for row in bank_receipts(tiny, truth) if not row[13]]
    assert 5 <= len({row[2] for row in waiting}) <= 100
    assert all((tiny.until - row[3]).days <= 7 for row in waiting)
    assert any(row[14] for row in waiting) and not all(row[14] for row in waiting)
