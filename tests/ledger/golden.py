"""The worked example of METRICS section 0, as one company of the contract."""

from __future__ import annotations

from pathlib import Path

from ledger.contract_files import write_table

COMPANY = "GOLDEN"
INVOICES = (
    ("I1", "A", "2025-03-31", "2025-04-30", "10000"),
    ("I2", "A", "2025-04-30", "2025-05-30", "12000"),
    ("I3", "A", "2025-05-31", "2025-06-30", "9000"),
    ("I4", "B", "2025-04-15", "2025-05-15", "20000"),
    ("I5", "B", "2025-05-20", "2025-06-19", "15000"),
    ("I6", "B", "2025-06-10", "2025-07-10", "18000"),
    ("I7", "C", "2025-02-14", "2025-04-15", "8000"),
    ("I8", "C", "2025-05-05", "2025-07-04", "25000"),
    ("I9", "A", "2025-06-20", "2025-07-20", "6000"),
)
# receipt, customer, day, amount, invoice it pays
RECEIPTS = (
    ("R1", "A", "2025-05-10", "10000", "I1"),
    ("R2", "B", "2025-05-12", "20000", "I4"),
    ("R3", "A", "2025-06-05", "7000", "I2"),
    ("R4", "B", "2025-07-03", "15000", "I5"),
)
UNAPPLIED = (("CN1", "credit_note", "A", "2025-06-25", "1000"), ("U1", "receipt", "B", "2025-06-28", "4000"))


def write_golden(folder: Path) -> list[Path]:
    """The example's contract files."""
    documents = [
        _document(number, "invoice", customer, issued, amount, due)
        for number, customer, issued, due, amount in INVOICES
    ]
    documents += [_document(number, "receipt", customer, day, amount) for number, customer, day, amount, _ in RECEIPTS]
    documents += [_document(number, kind, customer, day, amount) for number, kind, customer, day, amount in UNAPPLIED]
    applications = [
        {
            "company": COMPANY,
            "application_id": f"A-{receipt}",
            "from_document_id": receipt,
            "to_document_id": invoice,
            "applied_on": day,
            "amount": amount,
        }
        for receipt, _, day, amount, invoice in RECEIPTS
    ]
    dispute = {
        "company": COMPANY,
        "dispute_id": "X1",
        "document_id": "I7",
        "opened_on": "2025-02-14",
        "reason": "price",
    }
    company = {"company": COMPANY, "name": "Worked example", "country": "MX", "functional_currency": "MXN"}
    tables = {"companies": [company], "documents": documents, "applications": applications, "disputes": [dispute]}
    return [write_table(rows, folder / f"{entity}_golden.csv") for entity, rows in tables.items()]


def _document(number: str, kind: str, customer: str, issued: str, amount: str, due: str = "") -> dict[str, str]:
    return {
        "company": COMPANY,
        "document_id": number,
        "document_type": kind,
        "customer_id": customer,
        "issue_date": issued,
        "due_date": due,
        "currency": "MXN",
        "amount": amount,
    }
