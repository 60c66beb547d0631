"""ISO 20022 bank-to-customer messages: camt.053 statements, camt.052 reports, camt.054 notifications.

Read with plain lxml, by local names, because files in the wild carry any version's namespace or none. One bank
transaction per entry (Ntry): that is what moved the balance; its details only explain it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from ingest.errors import UnreadableFile
from ingest.readers.bank import UNNAMED_ACCOUNT, BankStatement, BankTransaction, bank_file
from ingest.readers.encoding import read_bytes
from ingest.readers.raw import Limits, RawFile

_MAX_BYTES = 300_000_000
_ROOTS = {"Stmt": "BkToCstmrStmt", "Rpt": "BkToCstmrAcctRpt", "Ntfctn": "BkToCstmrDbtCdtNtfctn"}


def read_camt(path: Path, limits: Limits, where: str) -> RawFile:
    """Read the entries and statements of a camt.052, .053 or .054 file.

    An entry without a booking date takes its value date, else the date the message was made. `_row` is the line of
    the entry, or its number where several stand on one line. Raises UnreadableFile for XML that is not well formed,
    declares a document type (a way to make a small file expand without end) or is another message.
    """
    limits = Limits(min(limits.max_bytes, _MAX_BYTES), limits.max_rows, limits.max_cell_chars)
    root = _parse(read_bytes(path, limits, where), where)
    blocks = [block for name, parent in _ROOTS.items() for block in root.iterfind(f".//{{*}}{parent}/{{*}}{name}")]
    if not blocks and not any(root.find(f".//{{*}}{parent}") is not None for parent in _ROOTS.values()):
        raise UnreadableFile(
            "this is not a bank-to-customer message",
            where=where,
            found=etree.QName(root).localname,
            expected=", ".join(_ROOTS.values()),
            next_step="export a camt.053 statement (or camt.052, camt.054) from the bank's portal",
        )
    transactions: list[BankTransaction] = []
    statements: list[BankStatement] = []
    for block in blocks:
        statement = _statement(block)
        entries = [_transaction(entry, block, statement) for entry in block.iterfind("{*}Ntry")]
        transactions += entries
        statement.currency = statement.currency or next((e.currency for e in entries), None)
        if etree.QName(block).localname != "Ntfctn" and statement.currency:
            statements.append(statement)
    _number(transactions)
    _number(statements)
    return bank_file(transactions, statements, limits, where)


def _parse(data: bytes, where: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in data:
            raise _document_type(where, error.msg) from error
        raise UnreadableFile(
            "the XML is damaged or cut off",
            where=f"{where}, line {error.lineno}",
            found=error.msg,
            expected="a whole XML document",
            next_step="download the file again",
        ) from error
    doctype: str = getattr(root.getroottree().docinfo, "doctype", "")
    if doctype:
        raise _document_type(where, doctype)
    return root


def _document_type(where: str, found: str) -> UnreadableFile:
    return UnreadableFile(
        "the XML declares a document type",
        where=where,
        found=found,
        expected="a bank message, which never has one",
        next_step="do not load this file; ask who made it",
    )


def _statement(block: etree._Element) -> BankStatement:
    opening, closing = _balance(block, "OPBD"), _balance(block, "CLBD")
    return BankStatement(
        line=_line(block),
        account=_first(block, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id//Id") or UNNAMED_ACCOUNT,
        statement_id=_first(block, "Id", "ElctrncSeqNb", "LglSeqNb") or "(unnamed)",
        from_on=_day(_first(block, "FrToDt/FrDtTm", "FrToDt/FrDt")) or opening[2],
        to_on=_day(_first(block, "FrToDt/ToDtTm", "FrToDt/ToDt")) or closing[2],
        currency=opening[1] or closing[1] or _first(block, "Acct/Ccy") or _any_balance_currency(block),
        opening=opening[0],
        closing=closing[0],
    )


def _transaction(entry: etree._Element, block: etree._Element, statement: BankStatement) -> BankTransaction:
    amount = entry.find("{*}Amt")
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    value = _first(entry, "ValDt/Dt", "ValDt/DtTm")
    booked = _first(entry, "BookgDt/Dt", "BookgDt/DtTm") or value or _first(block, "CreDtTm")
    # money in: the other side is the debtor; money out: the creditor
    side = "Dbtr" if _first(entry, "CdtDbtInd") == "CRDT" else "Cdtr"
    party = f"RltdPties/{side}"
    return BankTransaction(
        line=_line(entry),
        account=statement.account,
        statement_id=statement.statement_id,
        booked_on=_day(booked),
        value_on=_day(value),
        currency=amount.get("Ccy") if amount is not None else None,
        amount=_signed(entry),
        counterparty_name=_common(details, f"{party}/Nm", f"{party}/Pty/Nm", f"{party}/Agt/FinInstnId/Nm"),
        counterparty_account=_common(details, f"{party}Acct/Id/IBAN", f"{party}Acct/Id/Othr/Id"),
        counterparty_tax_id=_common(details, f"{party}/Id//Othr/Id", f"{party}/Pty/Id//Othr/Id"),
        end_to_end_id=_unless(_common(details, "Refs/EndToEndId"), "NOTPROVIDED"),
        structured_reference=_common(details, "RmtInf/Strd/CdtrRefInf/Ref"),
        remittance_text=_texts([*(d for detail in details for d in detail.iterfind("{*}RmtInf/{*}Ustrd"))])
        or _first(entry, "AddtlNtryInf"),
        bank_code=_first(entry, "BkTxCd/Prtry/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Domn/Cd"),
        bank_reference=_first(entry, "AcctSvcrRef", "NtryRef"),
        is_reversal=_first(entry, "RvslInd"),
    )


def _signed(node: etree._Element) -> str | None:
    """The text of Amt, with a minus for a debit. A reversal's indicator already tells its own direction."""
    amount = _first(node, "Amt")
    return f"-{amount}" if amount is not None and _first(node, "CdtDbtInd") == "DBIT" else amount


def _balance(block: etree._Element, code: str) -> tuple[str | None, str | None, str | None]:
    for balance in block.iterfind("{*}Bal"):
        if _first(balance, "Tp/CdOrPrtry/Cd") == code:
            amount = balance.find("{*}Amt")
            currency = amount.get("Ccy") if amount is not None else None
            return _signed(balance), currency, _day(_first(balance, "Dt/Dt", "Dt/DtTm"))
    return None, None, None


def _any_balance_currency(block: etree._Element) -> str | None:
    amount = block.find("{*}Bal/{*}Amt")
    return amount.get("Ccy") if amount is not None else None


def _path(path: str) -> str:
    return "/".join(f"{{*}}{part}" if part else "" for part in path.split("/"))


def _first(node: etree._Element, *paths: str) -> str | None:
    for path in paths:
        text = node.findtext(_path(path))
        if text is not None and text.strip():
            return " ".join(text.split())
    return None


def _common(details: list[etree._Element], *paths: str) -> str | None:
    """What all details of the entry agree on; a batch of several payers has no one counterparty."""
    found = {_first(detail, *paths) for detail in details}
    return found.pop() if len(found) == 1 else None


def _texts(nodes: list[etree._Element]) -> str | None:
    return " ".join(" ".join((node.text or "").split()) for node in nodes).strip() or None


def _unless(text: str | None, nothing: str) -> str | None:
    return None if text == nothing else text


def _day(text: str | None) -> str | None:
    # the bank's own calendar day, as written: a zone must not move a booking to another day
    return text[:10] if text else None


def _line(node: etree._Element) -> int:
    return int(getattr(node, "sourceline", None) or 0)


def _number(items: Sequence[BankTransaction | BankStatement]) -> None:
    lines = [item.line for item in items]
    if len(set(lines)) < len(lines):
        for number, item in enumerate(items, start=1):
            item.line = number
