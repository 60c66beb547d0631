"""What goes into a mapping beside the rows, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from ingest.contract import ENTITIES, Kind
from ingest.profiles.model import Profile
from ingest.reasons import Reject


@dataclass(frozen=True, slots=True)
class Companies:
    """Who a row belongs to when the file does not say: by account, else `fallback` (null: nobody knows).

    `currency` is the one `fallback` keeps its books in.
    """

    by_account: dict[str, str]
    fallback: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a file became.

    `tables` has one Arrow table per entity: `_row` and the contract's columns, in contract order and types, by row.
    `documents_left_out` has what could be read of documents whose rows were rejected: null where a cell could not be.
    The three amounts are the control total: a hash total over all currencies, of the amounts that can be read.
    `notes` say, in words, which lookups in other files came back with nothing.
    """

    tables: dict[str, pa.Table]
    documents_left_out: pa.Table
    rejected: tuple[Reject, ...]
    rejected_by_entity: dict[str, int]
    rows_in_file: int
    rows_rejected: int
    amount_in_file: Decimal
    amount_rejected: Decimal
    notes: tuple[str, ...] = ()

    @property
    def rows_accepted(self) -> int:
        """Rows of the file that are in `tables`."""
        return self.rows_in_file - self.rows_rejected

    @property
    def amount_accepted(self) -> Decimal:
        """The control total of the accepted rows."""
        return self.amount_in_file - self.amount_rejected


def account_key(account: str) -> str:
    """An account number without the blanks and dashes people put in it."""
    return "".join(letter for letter in account.upper() if letter.isalnum())


def control_rules(profile: Profile) -> tuple[int, ...]:
    """Numbers of the rules whose `amount` makes the control total: those that say so, else the first that has one."""
    able = [
        n
        for n, rule in enumerate(profile.rules)
        if "amount" in rule.columns and not rule.distinct and ENTITIES[rule.entity].column("amount").kind is Kind.MONEY
    ]
    chosen = [n for n in able if profile.rules[n].control]
    return tuple(chosen or [n for n in able if profile.rules[n].control is None][:1])
