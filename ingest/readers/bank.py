"""What the readers of bank messages share: the columns of the two record sets, and ids that survive a re-export."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields

from ingest.readers.raw import Limits, RawFile, tabulate

TRANSACTIONS, STATEMENTS = "transactions", "statements"
# Some messages (fragments, mostly) name no account; the movement is still one.
UNNAMED_ACCOUNT = "(unnamed)"


@dataclass(slots=True)
class BankTransaction:
    """One booked movement, as text; `amount` is signed, receipts positive."""

    line: int
    account: str
    statement_id: str | None = None
    booked_on: str | None = None
    value_on: str | None = None
    currency: str | None = None
    amount: str | None = None
    counterparty_name: str | None = None
    counterparty_account: str | None = None
    counterparty_tax_id: str | None = None
    end_to_end_id: str | None = None
    structured_reference: str | None = None
    remittance_text: str | None = None
    bank_code: str | None = None
    bank_reference: str | None = None
    is_reversal: str | None = None
    problem: str | None = None
    transaction_id: str | None = None


@dataclass(slots=True)
class BankStatement:
    """One statement (or page of one) with its balances, as text."""

    line: int
    account: str
    statement_id: str
    from_on: str | None = None
    to_on: str | None = None
    currency: str | None = None
    opening: str | None = None
    closing: str | None = None


_TRANSACTION = tuple(f.name for f in fields(BankTransaction) if f.name not in ("line", "problem"))
_STATEMENT = tuple(f.name for f in fields(BankStatement) if f.name != "line")


def bank_file(
    transactions: Iterable[BankTransaction], statements: Iterable[BankStatement], limits: Limits, where: str
) -> RawFile:
    """Both record sets as raw tables, every transaction with its id."""
    transactions, statements = list(transactions), list(statements)
    _give_ids(transactions)
    _tell_apart(statements)
    return RawFile(
        {
            TRANSACTIONS: tabulate(
                _TRANSACTION,
                ((t.line, t.problem, [getattr(t, name) for name in _TRANSACTION]) for t in transactions),
                limits,
                where,
            ),
            STATEMENTS: tabulate(
                _STATEMENT,
                ((s.line, None, [getattr(s, name) for name in _STATEMENT]) for s in statements),
                limits,
                where,
            ),
        }
    )


def _give_ids(transactions: list[BankTransaction]) -> None:
    """The same movement in two exports gets the same id; two equal movements in one file get different ones.

    Banks' own references are not unique everywhere, so the id is a digest of all that identifies the movement. Without
    a reference of the bank the statement counts too: two equal fees on one day, in two statements, are two fees.
    """
    seen: Counter[str] = Counter()
    for item in transactions:
        parts = (
            item.account,
            item.booked_on,
            item.value_on,
            item.currency,
            item.amount,
            item.bank_reference or item.statement_id,
            item.end_to_end_id,
            item.remittance_text,
            item.counterparty_account,
        )
        digest = hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:20]
        seen[digest] += 1
        item.transaction_id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _tell_apart(statements: list[BankStatement]) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for item in statements:
        key = (item.account, item.statement_id)
        seen[key] += 1
        if seen[key] > 1:
            item.statement_id = f"{item.statement_id}#{seen[key]}"
