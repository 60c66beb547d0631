"""Small books of one company as contract files: half a year of invoices, receipts, and customers with hostile names.

Every document and application says when it was recorded, so that no figure depends on when a file was loaded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

COMPANY = "ANDINO"
ACCOUNT = "1105"
BANK_ACCOUNT = "012180001234567897"
INVOICES = 150

CARTERA_YML = f"""\
companies:
  - code: {COMPANY}
    name: Andino México, S.A. de C.V.
    country: MX
    functional_currency: MXN
    receivable_accounts: ["{ACCOUNT}"]
    bank_accounts: ["{BANK_ACCOUNT}"]
presentation_currency: MXN
time_zone: America/Mexico_City
language: es
"""

# What people and attackers write where a name belongs.
NAMES = (
    "Abarrotes del Norte, S.A. de C.V.",
    "Robert'); DROP TABLE dim_customer;--",
    '=HYPERLINK("http://evil.example","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    'Ñandú "Ácido" & Hijos \\ 漢字 😀',
    "' OR '1'='1",
    "{{ env_var('HOME') }} {% set x = 1 %}",
)
DOCUMENTS = (
    "company", "document_id", "document_type", "number", "customer_id", "issue_date", "due_date", "currency", "amount",
    "receivable_account", "recorded_at",
)  # fmt: skip
APPLICATIONS = (
    "company",
    "application_id",
    "from_document_id",
    "to_document_id",
    "applied_on",
    "amount",
    "recorded_at",
)

Row = tuple[str, ...]


def text_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A contract CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a contract CSV and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(columns, rows), encoding="utf-8")
    return path


def invoice(number: int, *, issued: date | None = None, recorded: str = "", amount: Decimal | None = None) -> Row:
    """Invoice `number`; the same number gives the same row."""
    on = issued or date(2025, 1, 2) + timedelta(days=number % 175)
    return (
        COMPANY, f"INV-{number:04}", "invoice", f"F-{1000 + number}", f"C{number % len(NAMES)}",
        on.isoformat(), (on + timedelta(days=30)).isoformat(), "MXN", str(amount or invoice_amount(number)),
        ACCOUNT, recorded or f"{on.isoformat()}T12:00:00",
    )  # fmt: skip


def invoice_amount(number: int) -> Decimal:
    return Decimal(1000 + number * 37) + Decimal(number % 100) / 100


def receipt(number: int, on: date) -> tuple[Row, Row]:
    """A receipt that pays invoice `number` in full, and its application."""
    amount = str(invoice_amount(number))
    recorded = f"{on.isoformat()}T18:00:00"
    document = (
        COMPANY, f"REC-{number:04}", "receipt", "", f"C{number % len(NAMES)}", on.isoformat(), on.isoformat(), "MXN",
        amount, ACCOUNT, recorded,
    )  # fmt: skip
    applied = (COMPANY, f"APP-{number:04}", f"REC-{number:04}", f"INV-{number:04}", on.isoformat(), amount, recorded)
    return document, applied


def paid(numbers: Iterable[int], on: date) -> tuple[list[Row], list[Row]]:
    """Receipts and applications for these invoices."""
    pairs = [receipt(number, on) for number in numbers]
    return [document for document, _ in pairs], [applied for _, applied in pairs]


def first_delivery(folder: Path) -> list[Path]:
    """The books up to mid June: every third invoice is paid; ties to the ledger balance given with it."""
    receipts, applications = paid(range(0, INVOICES, 3), date(2025, 6, 27))
    documents = [*(invoice(number) for number in range(INVOICES)), *receipts]
    open_amount = sum((invoice_amount(number) for number in range(INVOICES) if number % 3), Decimal(0))
    customers = [(COMPANY, f"C{n}", name, "5000.00" if n == 1 else "", "MXN") for n, name in enumerate(NAMES)]
    return [
        write(
            folder / "companies.csv",
            ("company", "name", "country", "functional_currency"),
            [(COMPANY, "Andino México", "MX", "MXN")],
        ),
        write(
            folder / "customers.csv",
            ("company", "customer_id", "name", "credit_limit", "credit_limit_currency"),
            customers,
        ),
        write(folder / "documents_2025-06-15.csv", DOCUMENTS, documents),
        write(folder / "applications_2025-06-15.csv", APPLICATIONS, applications),
        write(
            folder / "gl_balances.csv",
            ("company", "account", "as_of", "balance"),
            [(COMPANY, ACCOUNT, "2025-06-27", str(open_amount))],
        ),
    ]


def second_delivery(folder: Path) -> list[Path]:
    """What comes later: new invoices, a corrected one, more receipts, and a bank statement that pays an open one."""
    receipts, applications = paid(range(1, 60, 3), date(2025, 6, 28))
    corrected = invoice(2, recorded="2025-06-29T09:00:00", amount=Decimal("777.77"))
    new = [invoice(number, issued=date(2025, 6, 20)) for number in range(INVOICES, INVOICES + 30)]
    statement = folder / "banco_2025-06-30.mt940"
    statement.parent.mkdir(parents=True, exist_ok=True)
    statement.write_text(mt940([(5, "F-1005")]), encoding="ascii", newline="")
    return [
        write(folder / "documents_2025-06-30.csv", DOCUMENTS, [*new, corrected, *receipts]),
        write(folder / "applications_2025-06-30.csv", APPLICATIONS, applications),
        statement,
    ]


def mt940(payments: Iterable[tuple[int, str]], *, day: str = "250630", number: int = 1) -> str:
    """A statement of the company's account: for each (invoice, text) a receipt of that invoice's exact amount."""
    payments = list(payments)
    total = sum((invoice_amount(invoiced) for invoiced, _ in payments), Decimal(0))
    lines = [f":20:EDC{number}", f":25:{BANK_ACCOUNT}", f":28C:{number}/1", f":60F:C{day}MXN0,00"]
    for invoiced, words in payments:
        amount = f"{invoice_amount(invoiced):.2f}".replace(".", ",")
        lines += [f":61:{day}{day[2:]}C{amount}NTRF{words}//B{invoiced}", f":86:PAGO {words}"]
    lines.append(f":62F:C{day}MXN{total:.2f}".replace(".", ","))
    return "\r\n".join([*lines, "-", ""])
