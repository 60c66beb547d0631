"""tie_out says of each scenario what was worked out by hand, and leads to the very rows."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from controlling.scenarios import JULY, JUNE, SCENARIOS, Books, Said

pytestmark = pytest.mark.slow

CASES = [
    pytest.param(books, day, said, id=f"{books.company}-{said.account}-{day:%m-%d}")
    for books in SCENARIOS
    for day, all_said in books.said.items()
    for said in all_said
]


def said_of(figures: duckdb.DuckDBPyConnection, company: str, account: str, day: date) -> tuple[Any, ...]:
    (row,) = figures.execute(
        "select subledger_base, gl_balance, difference, explained, unexplained from tie_out(?) "
        "where company = ? and account = ?",
        [day, company, account],
    ).fetchall()
    return row


@pytest.mark.parametrize(("books", "day", "said"), CASES)
def test_scenario(figures: duckdb.DuckDBPyConnection, books: Books, day: date, said: Said) -> None:
    subledger, balance, difference, explained, unexplained = said_of(figures, books.company, said.account, day)
    reasons = json.loads(explained)
    found = [(each["reason"], money(each["amount"]), each["count"]) for each in reasons]
    assert found == [(reason, money(amount), count) for reason, amount, count in said.reasons], books.about
    assert (difference, unexplained) == (money(said.difference), money(said.unexplained)), books.about
    if balance is not None:
        assert difference == subledger - balance
        assert difference == sum((money(each["amount"]) or 0 for each in reasons), unexplained)


def money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("day", [JUNE, JULY, date(2025, 5, 31)], ids=str)
def test_the_detail_leads_to_the_rows(figures: duckdb.DuckDBPyConnection, day: date) -> None:
    """Each reason's `detail` is a query anybody can run: its rows sum to the reason, and are as many."""
    asked = 0
    for company, account, explained in figures.execute(
        "select company, account, explained from tie_out(?) where gl_balance is not null", [day]
    ).fetchall():
        for each in json.loads(explained):
            rows = figures.execute(each["detail"]).fetchall()
            names = [column[0] for column in figures.description or ()]
            found = [dict(zip(names, row, strict=True)) for row in rows]
            assert found, each["detail"]
            assert {(row["company"], row["account"], row["reason"]) for row in found} == {
                (company, account, each["reason"])
            }
            asked += 1
            if each["amount"] is None:
                assert {row["explains"] for row in found} == {False}
                continue
            assert {row["explains"] for row in found} == {True}
            total = sum((row["explains_base"] for row in found), Decimal(0))
            if each["reason"] == "revaluation_ledger":  # rounded once for each currency, not for each item
                assert abs(total - Decimal(each["amount"])) <= Decimal("0.01")
            else:
                assert total == Decimal(each["amount"]), each["detail"]
    assert asked >= {JUNE: 20, JULY: 0, date(2025, 5, 31): 0}[day]


def test_what_was_looked_at_and_does_not_help_is_told(figures: duckdb.DuckDBPyConnection) -> None:
    rows = figures.execute(
        "select amount, n_rows, explains from fct_tie_out_reason where company = 'FARTHER' and as_of = ?", [JUNE]
    ).fetchall()
    assert rows == [(Decimal(500), 1, False)]


def test_on_any_day_the_sub_ledger_is_its_open_items(figures: duckdb.DuckDBPyConnection) -> None:
    compared = 0
    for offset in range(0, 210, 7):
        day = date(2024, 12, 30) + timedelta(days=offset)
        tied = figures.execute(
            "select company, account, subledger_base from tie_out(?) where subledger_base <> 0 order by all", [day]
        ).fetchall()
        items = figures.execute(
            "select company, receivable_account, sum(open_base) as base from open_items(?) "
            "group by all having base <> 0 order by all",
            [day],
        ).fetchall()
        assert tied == items, day
        compared += len(tied)
    assert compared > 150


def test_an_account_the_ledger_closed_is_not_missing(figures: duckdb.DuckDBPyConnection) -> None:
    """A company with balances that day and nothing open in the account: no row says `no balance`."""
    rows = figures.execute("select account from tie_out(?) where company = 'ACCOUNTS' order by 1", [JUNE]).fetchall()
    assert rows == [("1105",), ("1106",)]
    before = figures.execute("select account from tie_out(date '2025-06-09') where company = 'ACCOUNTS'").fetchall()
    assert len(before) == 2  # on a day without any balance of the company nobody can tell
