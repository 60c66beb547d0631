"""Everything a receivables book can hold is in the sample, and the book looks like one of a real group."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from ingest.contract import ENTITIES
from ingest.sample import Group
from ingest.sample.export import rows
from ingest.sample.money import convert


def test_size_small_is_about_twenty_thousand_invoices_of_four_hundred_customers(small: Group) -> None:
    invoices = Counter(row["company"] for row in rows.documents(small) if row["document_type"] == "invoice")
    assert 18_000 <= invoices.total() <= 23_000
    assert invoices["ANDMX"] > invoices["ANDCO"] > invoices["ANDCL"] > 3_000
    assert len(small.customers) == 400


def test_every_kind_of_document_and_state_is_there(small: Group) -> None:
    documents = list(rows.documents(small))
    kinds = Counter(row["document_type"] for row in documents)
    for kind in ("credit_note", "journal", "withholding", "discount"):
        assert kinds[kind] >= 100, kind
    for kind in ("write_off", "refund"):
        assert kinds[kind] >= 10, kind
    states = Counter((row["status"], row["cancel_mode"]) for row in documents)
    assert states["cancelled", "reverse"] >= 50 and states["cancelled", "erase"] >= 5 and states["draft", ""] >= 3
    assert sum(row["currency"] == "USD" for row in documents) >= 300
    assert sum(row["customer_id"] == "" for row in documents) >= 20  # nobody knew whose money it was
    assert sum(row["is_ceded"] is True for row in documents) >= 5
    assert {row["currency"] for row in documents if row["company"] == "ANDCO"} == {"COP"}


def test_every_way_of_paying_is_there(small: Group) -> None:
    kinds = Counter(payment.kind for payment in small.history.payments)
    for kind, least in {
        "exact": 5_000, "several": 300, "part": 300, "over": 50, "advance": 50, "net_of_deduction": 500, "bounced": 20,
        "reversal": 20, "unidentified": 20, "refund": 5, "fee": 50, "supplier": 100, "sweep": 50,
    }.items():  # fmt: skip
        assert kinds[kind] >= least, kind
    applications = small.history.books.applications
    assert sum(a.frm.currency != a.to.currency for a in applications) >= 5
    assert sum(a.on < a.to.issue for a in applications) >= 10  # dated back to an advance: before the invoice existed


def test_credit_notes_are_applied_at_once_over_several_invoices_and_not_at_all(small: Group) -> None:
    notes = [doc for doc in small.history.books.documents if doc.kind == "credit_note"]
    assert sum(note.open == 0 for note in notes) >= 100
    assert sum(note.open == note.amount for note in notes) >= 5
    uses = Counter(id(a.frm) for a in small.history.books.applications if a.frm.kind == "credit_note")
    assert sum(count > 1 for count in uses.values()) >= 5  # one note, several invoices


def test_the_work_of_credit_and_collections_is_there(small: Group) -> None:
    history = small.history
    assert Counter(promise.status for promise in history.promises).keys() == {"kept", "broken", "open"}
    assert {dispute.outcome for dispute in history.disputes} == {"", "credit_note", "rejected"}
    assert (
        sum(hold.to is None for hold in history.holds) >= 10
        and sum(hold.to is not None for hold in history.holds) >= 100
    )
    assert {limit.approved_by for limit in history.limits} >= {
        "analista.credito", "gerente.credito", "director.finanzas", "comite.credito",
    }  # fmt: skip
    assert any(limit.amount == 0 for limit in history.limits)
    assert any(customer.unlimited for customer in small.customers)
    assert sum(order.unbilled > 0 for order in history.orders) >= 50
    assert {contact.kind for contact in history.contacts} == {"reminder", "dunning", "call", "letter", "final_notice"}
    assert {customer.payer for customer in small.customers} == {
        "punctual", "late", "month_end", "erratic", "deteriorating", "bad",
    }  # fmt: skip
    groups = Counter(customer.group_id for customer in small.customers if customer.group_id)
    assert sum(count > 1 for count in groups.values()) >= 8
    assert sum(customer.is_intercompany for customer in small.customers) == 3


def test_a_few_customers_carry_most_of_the_book(small: Group) -> None:
    billed: dict[str, int] = defaultdict(int)
    for doc in small.history.books.documents:
        if doc.kind == "invoice" and doc.spec.code == "ANDMX" and doc.customer:
            billed[doc.customer.id] += convert(doc.amount, doc.currency, doc.rate, "MXN")
    ranked = sorted(billed.values(), reverse=True)
    assert sum(ranked[: len(ranked) // 5]) > 0.5 * sum(ranked)
    assert ranked[0] < 0.25 * sum(ranked)


@pytest.mark.parametrize("company", ["ANDMX", "ANDCO", "ANDCL"])
def test_the_book_is_plausible_on_the_last_day(small: Group, company: str) -> None:
    """Overdue 15 to 35 %, over 90 days below 8 %, DSO 40 to 75 days; gross of unapplied money."""
    spec = next(spec for spec in small.companies if spec.code == company)
    open_, overdue, old = 0, 0, 0
    billed = 0
    since = small.until - timedelta(days=90)
    for doc in small.history.books.documents:
        if doc.spec is not spec or not doc.is_debit or doc.status != "posted":
            continue
        base = [(part.due, convert(part.open, doc.currency, doc.rate, spec.currency)) for part in doc.parts]
        open_ += sum(amount for _, amount in base)
        overdue += sum(amount for due, amount in base if due < small.until)
        old += sum(amount for due, amount in base if (small.until - due).days > 90)
        if doc.kind == "invoice" and doc.issue > since:
            billed += convert(doc.amount, doc.currency, doc.rate, spec.currency)
    assert 0.15 < overdue / open_ < 0.35
    assert old / open_ < 0.08
    assert 40 < open_ / billed * 90 < 75


def test_rows_name_only_columns_of_the_contract_and_keep_its_keys(tiny: Group) -> None:
    for name, make in rows.ENTITY_ROWS.items():
        entity, seen = ENTITIES[name], set()
        for row in make(tiny):
            assert row.keys() <= set(entity.column_names), name
            assert all(row.get(column) not in (None, "") for column in entity.required_columns), (name, row)
            key = tuple(row[column] for column in entity.key)
            assert key not in seen, (name, key)
            seen.add(key)
            assert not any(isinstance(value, float) for value in row.values())
        assert seen, name


def test_references_between_entities_hold(tiny: Group) -> None:
    documents = {(row["company"], row["document_id"]) for row in rows.documents(tiny)}
    customers = {(row["company"], row["customer_id"]) for row in rows.customers(tiny)}
    for row in rows.applications(tiny):
        assert (row["company"], row["from_document_id"]) in documents
        assert (row["company"], row["to_document_id"]) in documents
    for entity in ("disputes", "promises", "contacts", "instalments"):
        assert all((row["company"], row["document_id"]) in documents for row in rows.ENTITY_ROWS[entity](tiny))
    for entity in ("credit_limits", "credit_holds", "credit_files", "orders", "promises", "contacts"):
        assert all((row["company"], row["customer_id"]) in customers for row in rows.ENTITY_ROWS[entity](tiny))


def test_amounts_in_pesos_have_cents(tiny: Group) -> None:
    cents = [row["amount"] % 1 for row in rows.documents(tiny) if row["company"] == "ANDMX"]
    assert sum(cent != Decimal(0) for cent in cents) > 0.9 * len(cents)
