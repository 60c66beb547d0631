"""The Mexican ERP's exports: semicolons, cp1252, decimal commas, d/m/Y, two lines of preamble, a line of totals."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ingest.sample.export.rows import Row, Value
from ingest.sample.group import Group
from ingest.sample.money import MINOR_PLACES

CLASSES = {
    "invoice": "FAC", "journal": "SIN", "receipt": "PAG", "credit_note": "NCR", "write_off": "CAS", "discount": "DPP",
    "refund": "DEV",
}  # fmt: skip
STATUS = {"posted": "CONTABILIZADO", "draft": "BORRADOR", "cancelled": "CANCELADO"}
MODES = {"reverse": "REVERSA", "erase": "ELIMINADO", "": ""}
DEBIT_CLASSES = ("FAC", "SIN", "DEV")
HEADER = (
    "Clase", "Folio interno", "Serie-Folio", "Cliente", "Fecha doc.", "Vencimiento", "Fecha dto.", "Tasa dto.",
    "Recepción", "Moneda", "Tipo de cambio", "Cargo", "Abono", "IVA", "Estatus", "Fecha cancelación",
    "Modo cancelación", "Cuenta contable", "Doc. relacionado", "Pedido", "OC cliente", "Autorizó", "Capturó",
    "Fecha registro", "Concepto",
)  # fmt: skip
APPLICATION_HEADER = (
    "Folio aplicación", "Documento origen", "Documento destino", "Fecha aplicación", "Importe aplicado",
    "Importe en moneda origen", "Fecha registro",
)  # fmt: skip


def write_documents(path: Path, group: Group, rows: Iterable[Row]) -> Path:
    """The ledger's documents, debits and credits in columns of their own."""
    lines: list[list[str]] = []
    debit = credit = Decimal(0)
    for row in rows:
        kind = CLASSES[str(row["document_type"])]
        amount = row["amount"]
        assert isinstance(amount, Decimal)
        is_debit = kind in DEBIT_CLASSES
        debit, credit = (debit + amount, credit) if is_debit else (debit, credit + amount)
        figure = number(amount)
        cells: list[Value] = [
            kind, row["document_id"], row["number"], row["customer_id"], row["issue_date"], row["due_date"],
            row["discount_date"], plain(row["discount_rate"]), row["received_on"], row["currency"],
            plain(row["fx_rate"]), figure if is_debit else "", "" if is_debit else figure,
            number(row["tax_amount"]), STATUS[str(row["status"])], row["cancelled_on"],
            MODES[str(row["cancel_mode"] or "")], row["receivable_account"], row["linked_document_id"],
            row["order_ref"], row["purchase_order"], row["approved_by"], row["created_by"], row["recorded_at"],
            row["text"],
        ]  # fmt: skip
        lines.append([local(cell) for cell in cells])
    totals = ["TOTAL GENERAL"] + [""] * (len(HEADER) - 1)
    totals[HEADER.index("Cargo")], totals[HEADER.index("Abono")] = number(debit), number(credit)
    return _write(path, group, "AUXILIAR DE CARTERA", HEADER, [*lines, totals])


def write_applications(path: Path, group: Group, rows: Iterable[Row]) -> Path:
    """What settled what."""
    lines: list[list[str]] = []
    total = Decimal(0)
    for row in rows:
        amount = row["amount"]
        assert isinstance(amount, Decimal)
        total += amount
        cells: list[Value] = [
            row["application_id"], row["from_document_id"], row["to_document_id"], row["applied_on"], number(amount),
            number(row["from_amount"]), row["recorded_at"],
        ]  # fmt: skip
        lines.append([local(cell) for cell in cells])
    totals = ["TOTAL GENERAL", "", "", "", number(total), "", ""]
    return _write(path, group, "APLICACIONES DE PAGOS Y NOTAS", APPLICATION_HEADER, [*lines, totals])


def _write(path: Path, group: Group, title: str, header: tuple[str, ...], lines: list[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    company = group.companies[0]
    with path.open("w", encoding="cp1252", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\r\n")
        out.writerow([f"{company.name} - {title}"])
        out.writerow([f"Del {local(group.start)} al {local(group.until)}", f"RFC {company.tax_id}"])
        out.writerow(header)
        out.writerows(lines)
    return path


def local(value: Value) -> str:
    """A cell as the ERP prints it: 30/06/2026, 30/06/2026 18:05:00, text as it is."""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def number(value: Value) -> str:
    """1.234.567,89; nothing for an empty value."""
    if not isinstance(value, Decimal):
        return ""
    return f"{value:,.{MINOR_PLACES['MXN']}f}".translate({ord(","): ".", ord("."): ","})


def plain(value: Value) -> str:
    """A rate with a decimal comma, all its digits, no thousands."""
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else ""
