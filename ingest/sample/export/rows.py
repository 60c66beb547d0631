"""The group as rows of the raw contract: dictionaries by column name, values typed, empty columns left out.

These are what the exports say; the oracle starts from the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from ingest.sample.days import ONE_DAY
from ingest.sample.group import Group
from ingest.sample.money import MINOR_PLACES, to_decimal
from ingest.sample.records import Customer, Doc

Value = str | int | bool | Decimal | date | datetime | None
Row = dict[str, Value]


def companies(group: Group) -> Iterator[Row]:
    """One row a company; the Mexican one is the parent."""
    for spec in group.companies:
        yield {
            "company": spec.code, "name": spec.name, "country": spec.country, "functional_currency": spec.currency,
            "tax_id": spec.tax_id, "parent_company": "" if spec is group.companies[0] else group.companies[0].code,
        }  # fmt: skip


def customers(group: Group) -> Iterator[Row]:
    """One row a customer, as the master data stands on the last day."""
    current = {id(limit.customer): limit for limit in group.history.limits}
    held = {id(hold.customer) for hold in group.history.holds if hold.to is None}
    for customer in group.customers:
        limit = current.get(id(customer))
        spec = customer.spec
        yield {
            "company": spec.code, "customer_id": customer.id, "name": customer.name, "tax_id": customer.tax_id,
            "country": "US" if customer.currency == "USD" else spec.country, "segment": customer.segment,
            "group_id": customer.group_id, "email": customer.email, "phone": customer.phone,
            "language": "en" if customer.currency == "USD" else "es", "terms_days": customer.terms,
            "credit_limit": None if limit is None else Decimal(limit.amount),
            "credit_limit_currency": customer.currency, "on_hold": id(customer) in held,
            "customer_since": customer.since, "collector": customer.collector, "sales_rep": customer.sales_rep,
            "is_intercompany": customer.is_intercompany, "credit_file_complete_on": customer.complete_file_on,
            "contract_signed_on": customer.contract_on, "credit_checked_on": customer.checked_on,
            "credit_score": customer.score,
        }  # fmt: skip


def documents(group: Group) -> Iterator[Row]:
    """Every document of the ledger, drafts and cancelled ones too."""
    for doc in group.history.books.documents:
        yield document(doc)


def document(doc: Doc) -> Row:
    """One document as a row."""
    return {
        "company": doc.spec.code, "document_id": doc.id, "document_type": doc.kind, "number": doc.number,
        "customer_id": doc.customer.id if doc.customer else "", "issue_date": doc.issue, "due_date": doc.due,
        "discount_date": doc.discount_date, "discount_rate": doc.discount_rate, "received_on": doc.received_on,
        "currency": doc.currency, "amount": to_decimal(doc.amount, doc.currency),
        "tax_amount": to_decimal(doc.tax, doc.currency) if doc.tax else None, "fx_rate": doc.rate,
        "status": doc.status, "cancelled_on": doc.cancelled_on, "cancel_mode": doc.cancel_mode,
        "receivable_account": doc.account, "linked_document_id": doc.linked.id if doc.linked else "",
        "order_ref": doc.order.id if doc.order else "", "purchase_order": doc.purchase_order,
        "is_ceded": doc.is_ceded or None, "approved_by": doc.approved_by, "created_by": doc.created_by,
        "recorded_at": doc.recorded, "text": doc.text,
    }  # fmt: skip


def instalments(group: Group) -> Iterator[Row]:
    """The parts of documents that fall due on several days."""
    for doc in group.history.books.documents:
        if len(doc.parts) > 1:
            for part in doc.parts:
                yield {
                    "company": doc.spec.code, "document_id": doc.id, "instalment_no": part.number,
                    "due_date": part.due, "amount": to_decimal(part.amount, doc.currency),
                }  # fmt: skip


def applications(group: Group) -> Iterator[Row]:
    """What settled what."""
    for application in group.history.books.applications:
        frm, to = application.frm, application.to
        same = frm.currency == to.currency
        yield {
            "company": to.spec.code, "application_id": application.id, "from_document_id": frm.id,
            "to_document_id": to.id, "applied_on": application.on,
            "amount": to_decimal(application.amount, to.currency),
            "from_amount": None if same else to_decimal(application.from_amount, frm.currency),
            "recorded_at": application.recorded,
        }  # fmt: skip


def bank_transactions(group: Group) -> Iterator[Row]:
    """The lines of all statements."""
    for statement in group.statements:
        for line in statement.lines:
            payer = line.customer if line.kind != "unidentified" else None
            yield {
                "company": statement.spec.code, "bank_account": statement.bank.number, "transaction_id": line.id,
                "booked_on": line.booked, "value_on": line.booked, "currency": statement.bank.currency,
                "amount": to_decimal(line.amount, statement.bank.currency),
                "counterparty_name": payer_name(payer), "counterparty_account": payer.account if payer else "",
                "counterparty_tax_id": payer.tax_id if payer and not payer.payer_name else "",
                "remittance_text": line.text, "bank_code": bank_code(line.kind), "statement_id": statement.id,
                "is_reversal": line.kind == "reversal" or None,
            }  # fmt: skip


def payer_name(customer: Customer | None) -> str:
    """Who the bank names as payer: the parent where the parent pays."""
    return (customer.payer_name or customer.name) if customer else ""


def bank_code(kind: str) -> str:
    """The bank's code for a line: fee, own transfer, returned or ordinary transfer."""
    return {"fee": "CHG", "sweep": "STO", "reversal": "RTI"}.get(kind, "TRF")


def bank_statements(group: Group) -> Iterator[Row]:
    """One row per account and business day."""
    for statement in group.statements:
        currency = statement.bank.currency
        yield {
            "company": statement.spec.code, "bank_account": statement.bank.number, "statement_id": statement.id,
            "from_on": statement.day, "to_on": statement.day, "currency": currency,
            "opening_balance": to_decimal(statement.opening, currency),
            "closing_balance": to_decimal(statement.closing, currency),
        }  # fmt: skip


def disputes(group: Group) -> Iterator[Row]:
    """Invoices customers did not accept."""
    for number, dispute in enumerate(group.history.disputes, start=1):
        yield {
            "company": dispute.doc.spec.code, "dispute_id": f"DSP{number:06}", "document_id": dispute.doc.id,
            "opened_on": dispute.opened, "acknowledged_on": dispute.acknowledged, "resolved_on": dispute.resolved,
            "reason": dispute.reason, "amount": to_decimal(dispute.amount, dispute.doc.currency),
            "owner": dispute.owner, "outcome": dispute.outcome,
        }  # fmt: skip


def promises(group: Group) -> Iterator[Row]:
    """Promises to pay."""
    for number, promise in enumerate(group.history.promises, start=1):
        doc = promise.doc
        yield {
            "company": doc.spec.code, "promise_id": f"PRM{number:06}",
            "customer_id": doc.customer.id if doc.customer else "", "document_id": doc.id,
            "promised_on": promise.promised, "due_on": promise.due, "currency": doc.currency,
            "amount": to_decimal(promise.amount, doc.currency), "status": promise.status,
        }  # fmt: skip


def contacts(group: Group) -> Iterator[Row]:
    """Reminders, calls and letters."""
    for number, contact in enumerate(group.history.contacts, start=1):
        yield {
            "company": contact.customer.spec.code, "contact_id": f"CTC{number:07}",
            "customer_id": contact.customer.id, "document_id": contact.doc.id, "at": contact.at,
            "channel": contact.channel, "direction": contact.direction, "kind": contact.kind,
            "outcome": contact.outcome, "nonpayment_reason": contact.reason, "by": contact.by,
        }  # fmt: skip


def credit_limits(group: Group) -> Iterator[Row]:
    """Limits with their history; unlimited customers have none."""
    for limit in group.history.limits:
        yield {
            "company": limit.customer.spec.code, "customer_id": limit.customer.id, "valid_from": limit.valid_from,
            "amount": Decimal(limit.amount), "currency": limit.currency, "approved_by": limit.approved_by,
            "requested_by": limit.requested_by, "reason": limit.reason, "evidence": limit.evidence,
        }  # fmt: skip


def credit_holds(group: Group) -> Iterator[Row]:
    """Holds placed and released."""
    for hold in group.history.holds:
        yield {
            "company": hold.customer.spec.code, "customer_id": hold.customer.id, "from_on": hold.since,
            "to_on": hold.to, "placed_by": hold.placed_by, "released_by": hold.released_by, "reason": hold.reason,
        }  # fmt: skip


def credit_files(group: Group) -> Iterator[Row]:
    """The papers that make a credit file, where it is complete."""
    for customer in group.customers:
        base = {"company": customer.spec.code, "customer_id": customer.id}
        if customer.complete_file_on:
            for kind in ("application", "identity", "statements"):
                yield {**base, "kind": kind, "valid_from": customer.complete_file_on}
        if customer.contract_on:
            yield {**base, "kind": "contract", "valid_from": customer.contract_on}
        if customer.checked_on:
            year = customer.checked_on + 365 * ONE_DAY
            yield {**base, "kind": "bureau", "valid_from": customer.checked_on, "valid_to": year}


def orders(group: Group) -> Iterator[Row]:
    """Orders with what is not billed yet, as they stand on the last day."""
    for order in group.history.orders:
        yield {
            "company": order.customer.spec.code, "order_id": order.id, "customer_id": order.customer.id,
            "ordered_on": order.ordered, "currency": order.currency,
            "amount": to_decimal(order.amount, order.currency),
            "unbilled_amount": to_decimal(order.unbilled, order.currency), "status": order.status,
        }  # fmt: skip


def gl_balances(group: Group) -> Iterator[Row]:
    """The control accounts at month ends and on the last day."""
    places = {spec.code: MINOR_PLACES[spec.currency] for spec in group.companies}
    for (company, account, day), balance in sorted(group.gl.items()):
        amount = Decimal(balance).scaleb(-places[company])
        yield {"company": company, "account": account, "as_of": day, "balance": amount}


def fx_rates(group: Group) -> Iterator[Row]:
    """Closing rates of business days."""
    for rate in group.rates.rows:
        yield {
            "rate_date": rate.day, "from_currency": rate.source, "to_currency": rate.target, "rate": rate.rate,
            "rate_type": "closing",
        }  # fmt: skip


ENTITY_ROWS: dict[str, Callable[[Group], Iterable[Row]]] = {
    function.__name__: function
    for function in (
        companies, customers, documents, instalments, applications, bank_transactions, bank_statements, disputes,
        promises, contacts, credit_limits, credit_holds, credit_files, orders, gl_balances, fx_rates,
    )
}  # fmt: skip
