"""CAMT.053: what the Chilean bank sends. One statement a business day, in one message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from lxml import etree

from ingest.sample.export.rows import bank_code, payer_name
from ingest.sample.group import Statement
from ingest.sample.money import to_decimal
from ingest.sample.records import Payment

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def write_camt053(path: Path, statements: Iterable[Statement], until: date) -> Path:
    """Write all statements as one BkToCstmrStmt message."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with etree.xmlfile(str(path), encoding="UTF-8") as out:
        out.write_declaration()
        with out.element("Document", nsmap={None: NAMESPACE}), out.element("BkToCstmrStmt"):
            header = etree.Element("GrpHdr")
            _text(header, "MsgId", f"EC{until:%Y%m%d}")
            _text(header, "CreDtTm", f"{until}T21:00:00")
            out.write(header)
            for statement in statements:
                out.write(_statement(statement))
                out.write("\n")
    return path


def _text(parent: etree._Element, path: str, value: str) -> etree._Element:
    """Append nested elements a/b/c with `value` in the last."""
    node = parent
    for name in path.split("/"):
        node = etree.SubElement(node, name)
    node.text = value
    return node


def _statement(statement: Statement) -> etree._Element:
    node = etree.Element("Stmt")
    _text(node, "Id", statement.id)
    _text(node, "ElctrncSeqNb", str(statement.number))
    _text(node, "CreDtTm", f"{statement.day}T20:30:00")
    account = etree.SubElement(node, "Acct")
    _text(account, "Id/Othr/Id", statement.bank.number)
    _text(account, "Ccy", statement.bank.currency)
    _text(account, "Ownr/Nm", statement.spec.name)
    _text(account, "Svcr/FinInstnId/Nm", statement.bank.bank)
    _balance(node, "OPBD", statement.opening, statement)
    _balance(node, "CLBD", statement.closing, statement)
    for line in statement.lines:
        _entry(node, line, statement)
    return node


def _amount(parent: etree._Element, minor: int, currency: str) -> None:
    _text(parent, "Amt", f"{to_decimal(abs(minor), currency):f}").set("Ccy", currency)
    _text(parent, "CdtDbtInd", "DBIT" if minor < 0 else "CRDT")


def _balance(parent: etree._Element, code: str, minor: int, statement: Statement) -> None:
    node = etree.SubElement(parent, "Bal")
    _text(node, "Tp/CdOrPrtry/Cd", code)
    _amount(node, minor, statement.bank.currency)
    _text(node, "Dt/Dt", statement.day.isoformat())


def _entry(parent: etree._Element, line: Payment, statement: Statement) -> None:
    node = etree.SubElement(parent, "Ntry")
    _text(node, "NtryRef", line.id)
    _amount(node, line.amount, statement.bank.currency)
    if line.kind == "reversal":
        _text(node, "RvslInd", "true")
    _text(node, "Sts", "BOOK")
    _text(node, "BookgDt/Dt", line.booked.isoformat())
    _text(node, "ValDt/Dt", line.booked.isoformat())
    _text(node, "AcctSvcrRef", line.id)
    _text(node, "BkTxCd/Prtry/Cd", bank_code(line.kind))
    details = _text(node, "NtryDtls/TxDtls/Refs/EndToEndId", line.id).getparent()
    transaction = details.getparent() if details is not None else None
    if transaction is None:
        raise AssertionError("an element just appended has a parent")
    if line.customer is not None and line.kind != "unidentified":
        debtor = etree.SubElement(transaction, "RltdPties")
        role = "Dbtr" if line.amount > 0 else "Cdtr"
        _text(debtor, f"{role}/Nm", payer_name(line.customer))
        _text(debtor, f"{role}Acct/Id/Othr/Id", line.customer.account)
    if line.text:
        _text(transaction, "RmtInf/Ustrd", line.text)
