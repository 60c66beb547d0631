"""Three companies with the same numbers for different things, and one parent debtor over two of them.

Parent P1 is a customer of A and of B (in both, another customer names it as its parent) and also, by chance, the number
of a customer of C whom nobody names. K1 of C gives itself as its parent, which says nothing. X is a customer of A and
another one of B.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.contract_files import write_table

Row = dict[str, Any]

COMPANIES = [
    {"company": "GA", "name": "Group A", "country": "MX", "functional_currency": "MXN"},
    {"company": "GB", "name": "Group B", "country": "CO", "functional_currency": "COP"},
    {"company": "GC", "name": "Group C", "country": "CL", "functional_currency": "CLP"},
]
# company, customer, name, parent, of the own group
CUSTOMERS = [
    ("GA", "P1", "Parent One", None, False),
    ("GA", "K1", "Kiosk", "P1", False),
    ("GA", "X", "Xavier of A", None, False),
    ("GA", "IC", "Group B as a customer", None, True),
    ("GB", "P1", "Parent One, Bogotá", None, False),
    ("GB", "K2", "Kiosk of B", "P1", False),
    ("GB", "X", "Xenia of B", None, False),
    ("GC", "P1", "Nobody's parent", None, False),
    ("GC", "K1", "Kiosk of C", "K1", False),
    ("GC", "K7", "Sister one", "G7", False),
    ("GC", "K8", "Sister two", "G7", False),
]
# company, document, type, customer, issued, due, amount
DOCUMENTS = [
    ("GA", "I1", "invoice", "P1", "2025-05-02", "2025-06-01", 1000),
    ("GA", "I2", "invoice", "K1", "2025-06-10", "2025-07-10", 500),
    ("GA", "R1", "receipt", "K1", "2025-06-20", None, 200),
    ("GA", "I3", "invoice", "X", "2025-06-10", "2025-07-10", 70),
    ("GA", "I4", "invoice", "IC", "2025-06-10", "2025-07-10", 999),
    ("GB", "I1", "invoice", "K2", "2025-05-10", "2025-06-09", 200_000),
    ("GB", "I2", "invoice", "X", "2025-06-10", "2025-07-10", 1_000),
    ("GB", "I3", "invoice", "P1", "2025-06-15", "2025-07-15", 30_000),
    ("GC", "I1", "invoice", "P1", "2025-06-10", "2025-07-10", 5_000),
    ("GC", "I2", "invoice", "K1", "2025-06-10", "2025-07-10", 100),
    ("GC", "I3", "invoice", "K7", "2025-06-10", "2025-07-10", 7),
    ("GC", "I4", "invoice", "K8", "2025-06-10", "2025-07-10", 8),
]
RATES = [
    {"rate_date": "2025-05-31", "from_currency": "COP", "to_currency": "MXN", "rate": "0.0050"},
    {"rate_date": "2025-06-28", "from_currency": "COP", "to_currency": "MXN", "rate": "0.0045"},
    {"rate_date": "2025-07-31", "from_currency": "COP", "to_currency": "MXN", "rate": "0.0060"},
]


def write_group(folder: Path) -> list[Path]:
    """The contract files."""
    currency = {row["company"]: row["functional_currency"] for row in COMPANIES}
    customers = [
        {
            "company": company,
            "customer_id": customer,
            "name": name,
            "group_id": parent,
            "is_intercompany": "true" if is_intercompany else "false",
        }
        for company, customer, name, parent, is_intercompany in CUSTOMERS
    ]
    documents = [
        {
            "company": company,
            "document_id": document,
            "document_type": kind,
            "customer_id": customer,
            "issue_date": issued,
            "due_date": due,
            "currency": currency[company],
            "amount": amount,
            "recorded_at": f"{issued}T12:00:00",
        }
        for company, document, kind, customer, issued, due, amount in DOCUMENTS
    ]
    tables: dict[str, list[Row]] = {
        "companies": [dict(row) for row in COMPANIES],
        "customers": customers,
        "documents": documents,
        "fx_rates": [dict(row) for row in RATES],
    }
    return [write_table(rows, folder / f"{entity}_group.csv") for entity, rows in tables.items()]
