"""The workbooks and the CSV that the back offices send: customers of two companies, the Colombian ledger."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from ingest.sample.export.contract_csv import as_text
from ingest.sample.export.erp_mx import local
from ingest.sample.export.rows import Row, Value
from ingest.sample.export.workbook import write_workbook
from ingest.sample.group import Group

CUSTOMER_HEADER = {
    "Sociedad": "company", "Cód. cliente": "customer_id", "Razón social": "name", "RFC / NIT": "tax_id",
    "País": "country", "Segmento": "segment", "Grupo": "group_id", "Correo cobranza": "email",
    "Teléfono": "phone", "Idioma": "language", "Plazo (días)": "terms_days", "Límite de crédito": "credit_limit",
    "Moneda límite": "credit_limit_currency", "Bloqueado": "on_hold", "Cliente desde": "customer_since",
    "Cobrador": "collector", "Vendedor": "sales_rep", "Intercompañía": "is_intercompany",
    "Expediente completo": "credit_file_complete_on", "Contrato firmado": "contract_signed_on",
    "Consulta buró": "credit_checked_on", "Puntaje": "credit_score",
}  # fmt: skip
DOCUMENT_HEADER = {
    "Consecutivo": "document_id", "Número": "number", "Cliente": "customer_id", "Fecha": "issue_date",
    "Vence": "due_date", "Recibido": "received_on", "Moneda": "currency", "IVA": "tax_amount",
    "Anulado el": "cancelled_on", "Cuenta PUC": "receivable_account", "Doc. cruce": "linked_document_id",
    "Pedido": "order_ref", "Orden de compra": "purchase_order", "Aprobó": "approved_by", "Usuario": "created_by",
    "Registrado": "recorded_at", "Detalle": "text",
}  # fmt: skip
TYPES = {
    "invoice": "Factura de venta", "journal": "Saldo inicial", "receipt": "Recibo de caja",
    "credit_note": "Nota crédito", "write_off": "Castigo de cartera", "withholding": "Retención practicada",
    "refund": "Comprobante de egreso", "discount": "Descuento",
}  # fmt: skip
CREDITS = frozenset({"receipt", "credit_note", "write_off", "withholding", "discount"})
STATES = {"posted": "Vigente", "draft": "En elaboración", "cancelled": "Anulado"}
APPLICATION_HEADER = {
    "Cruce": "application_id", "Documento crédito": "from_document_id", "Documento débito": "to_document_id",
    "Fecha cruce": "applied_on", "Valor cruzado": "amount", "Registrado": "recorded_at",
}  # fmt: skip


def write_customers(path: Path, group: Group, rows: Iterable[Row], company: str) -> Path:
    """The customer master of one company."""
    title = (f"Maestro de clientes {company}", f"Al {local(group.until)}")
    body = ([row.get(name) for name in CUSTOMER_HEADER.values()] for row in rows)
    return write_workbook(path, "Clientes", title, tuple(CUSTOMER_HEADER), body)


def write_documents(path: Path, group: Group, rows: Iterable[Row]) -> Path:
    """The Colombian ledger: credits are negative, voided documents keep their line."""
    header = ("Tipo", "Estado", "Reversa", "Valor", *DOCUMENT_HEADER)
    title = ("Andino Colombia S.A.S. - Movimiento de cartera", f"NIT {group.companies[1].tax_id}", "Valores en pesos")
    return write_workbook(path, "Cartera", title, header, map(_document, rows))


def _document(row: Row) -> list[Value]:
    kind, amount = str(row["document_type"]), row["amount"]
    assert isinstance(amount, Decimal)
    mode = {"reverse": "Sí", "erase": "No"}.get(str(row["cancel_mode"] or ""), "")
    signed = -amount if kind in CREDITS else amount
    return [TYPES[kind], STATES[str(row["status"])], mode, signed, *(row[name] for name in DOCUMENT_HEADER.values())]


def write_applications(path: Path, rows: Iterable[Row]) -> Path:
    """What settled what in Colombia: commas, quotes, UTF-8 with a byte order mark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        out.writerow(APPLICATION_HEADER)
        out.writerows([as_text(row[name]) for name in APPLICATION_HEADER.values()] for row in rows)
    return path
