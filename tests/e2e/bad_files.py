"""Files that something is wrong with, as they come in life: made on the spot, each with what must be said about it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import xlsxwriter

from .books import DOCUMENTS, INVOICES, Row, invoice, text_of

HEADER = ",".join(DOCUMENTS)
LAST = INVOICES + 500  # numbers no delivery uses


@dataclass(frozen=True)
class BadFile:
    """A file nothing of which may be loaded. `words` must stand in what the person is told."""

    name: str
    content: Callable[[], bytes]
    words: tuple[str, ...]
    options: tuple[str, ...] = ()


def documents(*rows: Row) -> bytes:
    return text_of(DOCUMENTS, rows).encode()


def with_cell(column: str, value: str, number: int = LAST) -> Row:
    """An invoice with one cell changed."""
    cells = list(invoice(number))
    cells[DOCUMENTS.index(column)] = value
    return tuple(cells)


@cache
def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate([DOCUMENTS, *(invoice(number) for number in range(LAST, LAST + 40))]):
            sheet.write_row(line, 0, cells)
    return out.getvalue()


@cache
def zip_bomb() -> bytes:
    """A workbook whose one sheet unpacks to 300 MB of blanks from 300 kB."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in whole.namelist():
            with bomb.open(part, "w", force_zip64=True) as target:
                if part.startswith("xl/worksheets/"):
                    for _ in range(300):
                        target.write(b" " * 1_000_000)
                target.write(whole.read(part))
    return out.getvalue()


ENTITIES = "\n".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
XML_BOMB = f"""<?xml version="1.0"?>
<!DOCTYPE Document [<!ENTITY a0 "ha">
{ENTITIES}]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>&a9;</Id></Stmt>
</BkToCstmrStmt></Document>
""".encode()
XML_THIEF = b"""<?xml version="1.0"?>
<!DOCTYPE Document [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>&file;</Id></Stmt>
</BkToCstmrStmt></Document>
"""

BAD_FILES = {
    "unknown file": BadFile("fotos.dat", lambda: bytes(range(256)) * 40, ("fotos.dat",)),
    "unknown table": BadFile("ventas.csv", lambda: b"sucursal,monto\nNorte,12.50\n", ("no source fits this file",)),
    "wrong profile named": BadFile(
        "facturas.csv", lambda: documents(invoice(LAST)), ("ibm_ar", "invoiceNumber"), ("--source", "ibm_ar")
    ),
    "no such profile": BadFile("facturas.csv", lambda: documents(invoice(LAST)), ("nadie",), ("--source", "nadie")),
    "empty file": BadFile("documents_vacio.csv", lambda: b"", ("empty",)),
    "snapshot with a header only": BadFile(
        "abiertas.csv",
        lambda: (
            b"business_code,cust_number,name_customer,clear_date,buisness_year,doc_id,posting_date,document_create_date,"
            b"document_create_date.1,due_in_date,invoice_currency,document type,posting_id,area_business,"
            b"total_open_amount,baseline_create_date,cust_payment_terms,invoice_id,isOpen\n"
        ),
        ("no rows",),
        ("--source", "highradius_open_items"),
    ),
    "truncated XLSX": BadFile("documents_cortado.xlsx", lambda: workbook()[:4000], ("cut off",)),
    "wrong encoding": BadFile(
        "documents_latin1.csv",
        lambda: documents(with_cell("number", "Factura Ñ")).decode().encode("latin-1"),
        ("UTF-8", "line 2", "0xD1"),
    ),
    "impossible date": BadFile(
        "documents_30feb.csv",
        lambda: documents(invoice(LAST), with_cell("due_date", "2025-02-30")),
        ("line 3", "due_date", '"2025-02-30" is not a date that exists'),
    ),
    "amount 12,34,56": BadFile(
        "documents_comas.csv",
        lambda: documents(invoice(LAST), with_cell("amount", "12,34,56")),
        ("line 3", "amount", '"12,34,56" is not a number'),
    ),
    "missing column": BadFile(
        "documents_sin_monto.csv",
        lambda: text_of(DOCUMENTS[:8], [invoice(LAST)[:8]]).encode(),
        ("amount",),
    ),
    "misspelt column": BadFile(
        "documents_amuont.csv",
        lambda: documents(invoice(LAST)).replace(b"amount", b"amuont"),
        ("did you mean amount",),
    ),
    "duplicate keys": BadFile(
        "documents_dobles.csv",
        lambda: documents(invoice(LAST), invoice(LAST), invoice(LAST + 1)),
        ("line 3", f"INV-{LAST:04}", "already on line 2"),
    ),
    "zip bomb": BadFile("documents_bomba.xlsx", zip_bomb, ("unpack",)),
    "XML entity bomb": BadFile("camt_bomba.xml", lambda: XML_BOMB, ("document type",)),
    "XML that reads files": BadFile("camt_ladron.xml", lambda: XML_THIEF, ("document type",)),
    "NUL bytes": BadFile("documents_nulos.csv", lambda: HEADER.encode() + b"\n" + b"\x00" * 5000, ("not text",)),
}
