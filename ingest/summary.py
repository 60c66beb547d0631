"""What a mapped file adds up to: the figures a person compares with the source before trusting a load."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract import ENTITIES, Column, Kind

# Sums go through Decimal, never through a binary float; 38 digits hold the sum of any number of DECIMAL(18,4).
_WIDE = pa.decimal128(38, 4)


@dataclass(frozen=True, slots=True)
class EntitySummary:
    """Accepted rows of one entity.

    `sums` maps a money column to its total as a decimal text; over several currencies it is a control total, and
    `by_currency` has the real ones. Documents also have a sum for each document type; bank transactions credits and
    debits; statements opening and closing (of each account its first and last, joined by `;` in the file's order).
    `dates` maps each date column that is filled to its first and last day; first_date and last_date are those of the
    entity's own date (issue, booking, application…).
    """

    rows: int
    rejected: int
    sums: dict[str, str]
    by_currency: dict[str, dict[str, str]]
    first_date: str | None
    last_date: str | None
    dates: dict[str, tuple[str, str]]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


def summarise(entity_name: str, table: pa.Table, rejected: int) -> EntitySummary:
    """The summary of one entity's accepted rows, a table in contract columns and types."""
    entity = ENTITIES[entity_name]
    by_currency: dict[str, dict[str, str]] = {}
    if "currency" in entity.column_names:
        for currency in sorted(text for text in pc.unique(table["currency"]).to_pylist() if text):
            part = table.filter(pc.equal(table["currency"], currency))
            by_currency[currency] = _sums(entity_name, part)
    dates = {column.name: span for column in entity.columns if (span := _span(column, table)) is not None}
    first, last = next((dates[c.name] for c in entity.columns if c.required and c.name in dates), (None, None))
    return EntitySummary(table.num_rows, rejected, _sums(entity_name, table), by_currency, first, last, dates)


def _span(column: Column, table: pa.Table) -> tuple[str, str] | None:
    if column.kind is not Kind.DATE:
        return None
    span = pc.min_max(table[column.name]).as_py()
    return None if span["min"] is None else (str(span["min"]), str(span["max"]))


def _sums(entity_name: str, table: pa.Table) -> dict[str, str]:
    if entity_name == "bank_statements":
        return _balances(table)
    totals = {name: _sum(table[name]) for name in ENTITIES[entity_name].money_columns}
    # a column the source does not fill has no total: zero would be a claim
    sums = {name: money_text(total) for name, total in totals.items() if total is not None or not table.num_rows}
    if entity_name == "documents":
        # invoices and the receipts that pay them are in one table; only by type do they compare with the source
        for kind in sorted(text for text in pc.unique(table["document_type"]).to_pylist() if text):
            part = table.filter(pc.equal(table["document_type"], kind))
            sums[kind] = money_text(_sum(part["amount"]))
    if entity_name == "bank_transactions":
        amounts = table["amount"]
        zero = pa.scalar(Decimal(0), amounts.type)
        sums["credits"] = money_text(_sum(amounts.filter(pc.greater(amounts, zero))))
        sums["debits"] = money_text(_sum(amounts.filter(pc.less(amounts, zero))))
    return sums


def _balances(table: pa.Table) -> dict[str, str]:
    accounts: dict[tuple[str, str], list[Decimal | None]] = {}
    for row in table.select(["bank_account", "currency", "opening_balance", "closing_balance"]).to_pylist():
        key = (row["bank_account"], row["currency"])
        ends = accounts.setdefault(key, [row["opening_balance"], None])
        if row["closing_balance"] is not None:
            ends[1] = row["closing_balance"]
    return {
        name: ";".join(money_text(ends[place]) if ends[place] is not None else "" for ends in accounts.values())
        for place, name in enumerate(("opening", "closing"))
    }


def _sum(column: pa.ChunkedArray) -> Decimal | None:
    total: Decimal | None = pc.sum(column.cast(_WIDE)).as_py()
    return total


def money_text(amount: Decimal | None) -> str:
    """An amount as plain decimal text with at least two decimals: 1250.50, 0.00, 8.855."""
    amount = amount or Decimal(0)
    text = f"{amount.normalize():f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"
