"""SWIFT MT940 statements and MT942 interim reports, through the mt-940 library.

What the library does not do is done here: it keeps one set of balances per file, so each statement (:20:) is read on
its own; it gives no line numbers; one line it cannot read fails the whole file, so each :61: is tried first and a bad
one becomes a rejected row; it takes the reversal of a credit (RC) for money in unless told otherwise; it drops nothing
of what SWIFT envelopes leave after a statement (`-}{5:}`), which then spoils the last balance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import mt940
from mt940.tags import Statement, StatementASNB

from ingest.errors import UnreadableFile
from ingest.profiles.model import ReaderOptions
from ingest.readers.bank import UNNAMED_ACCOUNT, BankStatement, BankTransaction, bank_file
from ingest.readers.encoding import decode, read_bytes
from ingest.readers.raw import Limits, RawFile

_TAG = re.compile(r"^:(\d{2}[A-Z]?|NS):")
_ENVELOPE_END = re.compile(r"^-(\}.*|X*|\s*)$")
_ACCOUNT_CURRENCY = re.compile(r"^(?P<account>.*\d)\s*/?(?P<currency>[A-Z]{3})$")
_NO_REFERENCE = ("", "NONREF", "NOTPROVIDED", "EREF", "KREF")


@dataclass(slots=True)
class _Field:
    line: int
    tag: str
    text: str


def read_mt940(path: Path, options: ReaderOptions, limits: Limits, where: str) -> RawFile:
    """Read every :61: as a transaction and every :20: that tells an account or balance as a statement.

    The booking date is the entry date, else the value date. A message without an account gets `(unnamed)`.
    Raises UnreadableFile for a text without MT940 fields or with a balance that cannot be read.
    """
    text = decode(read_bytes(path, limits, where), options.encoding, where)
    fields = list(_fields(text))
    if not fields:
        raise UnreadableFile(
            "this is not an MT940 message",
            where=where,
            found=text.strip().splitlines()[0][:60] if text.strip() else "blank lines",
            expected="fields such as :20: :25: :60F: :61: :62F:",
            next_step="export the statement again as MT940",
        )
    transactions: list[BankTransaction] = []
    statements: list[BankStatement] = []
    for message in _messages(fields):
        found, statement = _read_message(message, where)
        transactions += found
        if statement is not None:
            statements.append(statement)
    return bank_file(transactions, statements, limits, where)


def _fields(text: str) -> Iterator[_Field]:
    current: _Field | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        match = _TAG.match(line)
        if match:
            if current:
                yield current
            current = _Field(number, match[1], line[match.end() :])
        elif current and line and not _ENVELOPE_END.match(line):
            current.text += "\n" + line
    if current:
        yield current


def _messages(fields: list[_Field]) -> Iterator[list[_Field]]:
    message: list[_Field] = []
    for field in fields:
        if field.tag == "20" and message:
            yield message
            message = []
        message.append(field)
    yield message


def _read_message(message: list[_Field], where: str) -> tuple[list[BankTransaction], BankStatement | None]:
    lines = [field for field in message if field.tag == "61"]
    readable = {field.line: _tag_for(field.text) for field in lines}
    chunk = "\n".join(f":{f.tag}:{f.text}" for f in _without_bad(message, readable))
    asnb = any(isinstance(tag, StatementASNB) for tag in readable.values())
    parsed = mt940.models.Transactions(tags={61: StatementASNB()} if asnb else None, options=mt940.Options.all())
    try:
        parsed.parse(chunk)
    except (RuntimeError, ValueError, InvalidOperation, ArithmeticError) as error:
        raise UnreadableFile(
            "a field of the MT940 message cannot be read",
            where=f"{where}, message on line {message[0].line}",
            found=str(error.args[0])[:200] if error.args else type(error).__name__,
            expected="fields as SWIFT defines them",
            next_step="export the statement again; nothing was loaded",
        ) from error
    account, account_currency = _account(parsed.data.get("account_identification"))
    statement = _statement(message, parsed.data, account, parsed.currency or account_currency)
    good = [field for field in lines if readable[field.line] is not None]
    rows = [
        _transaction(field, item.data, account, statement.statement_id, parsed.currency or account_currency)
        for field, item in zip(good, parsed.transactions, strict=True)
    ]
    rows += [
        BankTransaction(line=field.line, account=account, problem="not_a_statement_line")
        for field in lines
        if readable[field.line] is None
    ]
    return rows, statement if statement.currency and (rows or statement.opening or statement.closing) else None


def _tag_for(text: str) -> Statement | None:
    """The pattern that reads this :61:, none if neither does; ASN Bank puts a whole IBAN where SWIFT has 16 signs."""
    for tag in (Statement(), StatementASNB()):
        match = tag.re.match(text)
        if match:
            try:
                Decimal(match["amount"].replace(",", "."))
            except InvalidOperation:
                return None
            return tag
    return None


def _without_bad(message: list[_Field], readable: dict[int, Statement | None]) -> Iterator[_Field]:
    dropping = False
    for field in message:
        if field.tag == "61":
            dropping = readable[field.line] is None
        # the details (:86:) of a line that cannot be read must not be joined to the line before it
        if not (dropping and field.tag in ("61", "86")):
            yield field
        if field.tag not in ("61", "86"):
            dropping = False


def _account(text: object) -> tuple[str, str | None]:
    account = str(text or "").strip()
    match = _ACCOUNT_CURRENCY.match(account)
    if match:
        return match["account"].rstrip("/"), match["currency"]
    return account or UNNAMED_ACCOUNT, None


def _statement(message: list[_Field], data: dict[str, Any], account: str, currency: str | None) -> BankStatement:
    opening = (
        data.get("final_opening_balance") or data.get("intermediate_opening_balance") or data.get("opening_balance")
    )
    closing = (
        data.get("final_closing_balance") or data.get("intermediate_closing_balance") or data.get("closing_balance")
    )
    to_on = str(closing.date) if closing else None
    number = next((f.text.strip() for f in message if f.tag in ("28C", "28")), "")
    # numbers start again each year, and some banks always write 0: the last day makes them one of a kind
    parts = [number or str(data.get("transaction_reference") or ""), to_on or ""]
    return BankStatement(
        line=message[0].line,
        account=account,
        statement_id=" ".join(part for part in parts if part) or "(unnamed)",
        from_on=str(opening.date) if opening else None,
        to_on=to_on,
        currency=currency,
        opening=_amount(opening),
        closing=_amount(closing),
    )


def _amount(balance: Any) -> str | None:
    return f"{balance.amount.amount:f}" if balance else None


def _transaction(
    field: _Field, data: dict[str, Any], account: str, statement_id: str, currency: str | None
) -> BankTransaction:
    value_on = str(data["date"])
    details = _details(data)
    return BankTransaction(
        line=field.line,
        account=account,
        statement_id=statement_id,
        booked_on=str(data.get("entry_date") or value_on),
        value_on=value_on,
        currency=data["amount"].currency or currency,
        amount=f"{data['amount'].amount:f}",
        counterparty_name=_clean(data.get("applicant_name")) or details.get("NAME"),
        counterparty_account=_clean(data.get("applicant_iban") or data.get("gvc_applicant_iban"))
        or details.get("IBAN"),
        end_to_end_id=_reference(data.get("end_to_end_reference")) or details.get("EREF"),
        structured_reference=_reference(data.get("customer_reference")),
        remittance_text=_clean(data.get("purpose") or data.get("transaction_details"))
        or _clean(data.get("extra_details")),
        bank_code=_clean(data.get("transaction_code") or data.get("id")),
        bank_reference=_reference(data.get("bank_reference")),
        is_reversal="true" if str(data.get("status", "")).upper().startswith("R") else "false",
    )


def _details(data: dict[str, Any]) -> dict[str, str]:
    """The /KEY/value parts some banks put into :86: (/EREF/, /NAME/, /REMI/, /IBAN/)."""
    text = str(data.get("transaction_details") or "").replace("\n", "")
    if not text.startswith("/"):
        return {}
    parts = re.split(r"/([A-Z]{4})/+", text)
    return {key: value.strip("/ ") for key, value in zip(parts[1::2], parts[2::2], strict=True) if value.strip("/ ")}


def _clean(text: object) -> str | None:
    return " ".join(str(text).split()) or None if text else None


def _reference(text: object) -> str | None:
    cleaned = _clean(text)
    return None if cleaned is None or cleaned in _NO_REFERENCE else cleaned
