"""Whatever the books: the difference is its reasons and a rest, each reason is needed, nothing later changes a day."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
from homes import build_figures, load, new_home

from controlling.random_books import ACCOUNTS, MONTH_ENDS, RATES, RandomBooks, Row, balance, generate, write
from orchestration.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

COMPANIES = 60
SEED = 20250630
DOCUMENTS_ON, LEDGER_ON, LATER_ON = date(2025, 7, 5), date(2025, 7, 8), date(2025, 8, 1)
TAKEN_AT = [None, "T09:00:00", "T18:00:00"]
ORDER = (
    "cut_off",
    "cut_off_recorded_later",
    "rejected_rows",
    "unposted_bank_receipts",
    "revaluation_subledger",
    "revaluation_ledger",
    "manual_journals",
)
Key = tuple[str, str, date]


@dataclass
class Position:
    """An account on a day of its ledger, as published."""

    subledger: Decimal
    balance: Decimal
    difference: Decimal
    explained: list[dict[str, Any]]
    unexplained: Decimal
    taken_at: datetime
    is_time_given: bool
    candidates: dict[str, tuple[Decimal, int, bool]]


@dataclass
class Library:
    """The books, every position of theirs, and the same positions after more of July came."""

    books: dict[str, RandomBooks]
    positions: dict[Key, Position]
    after: dict[Key, Position]
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("random")
    dice = random.Random(SEED)
    books = generate(SEED, COMPANIES)
    settings = new_home(folder / "home", _cartera_yml(books))
    load(settings, _documents(books, folder), on=DOCUMENTS_ON)
    ledger: list[Row] = [
        {
            "company": each.company,
            "account": account,
            "as_of": day,
            "balance": 10**9,
            "recorded_at": f"{day + timedelta(days=dice.randint(1, 6))}{at}" if (at := dice.choice(TAKEN_AT)) else None,
        }
        for each in books
        for account in ACCOUNTS
        for day in MONTH_ENDS
    ]
    # first far off, so that every candidate is known; then by some of the candidates; now and then the two agree
    load(settings, write({"gl_balances": ledger}, folder, "far_off"), on=LEDGER_ON)
    far_off = _positions(build_figures(settings, LATER_ON))
    for row in ledger:
        known = far_off[row["company"], row["account"], row["as_of"]]
        amounts = [amount for amount, _, _ in known.candidates.values()]
        agrees = dice.random() < 0.2
        (each,) = [each for each in books if each.company == row["company"]]
        row["balance"] = known.subledger if agrees else balance(dice, each, known.subledger, amounts)
    load(settings, write({"gl_balances": ledger}, folder, "ledger"), on=LEDGER_ON)
    found = _positions(build_figures(settings, LATER_ON))
    _load_july(settings, books, folder)
    published = build_figures(settings, LATER_ON)
    with duckdb.connect(str(published), read_only=True) as connection:
        yield Library({each.company: each for each in books}, found, _positions(published), connection)


def _cartera_yml(books: list[RandomBooks]) -> str:
    lines = ["companies:"]
    for each in books:
        lines.append(
            f"  - {{code: {each.company}, name: Company {each.company}, country: MX, functional_currency: {each.base}, "
            f'receivable_accounts: ["{ACCOUNTS[0]}", "{ACCOUNTS[1]}"]}}'
        )
    return "\n".join(lines) + "\n"


def _documents(books: list[RandomBooks], folder: Path) -> list[Path]:
    """Good rows enough that the few bad ones do not have their file refused; corrections come in their own file."""
    filler = [
        {
            "company": books[0].company, "document_id": f"F{number}", "document_type": "invoice", "customer_id": "C9",
            "issue_date": "2025-01-10", "currency": books[0].base, "amount": 1, "receivable_account": "1106",
            "recorded_at": "2025-01-10T12:00:00",
        }
        for number in range(100 * sum(len(each.refused) for each in books))
    ]  # fmt: skip
    first = {
        "fx_rates": RATES,
        "documents": [*filler, *(row for each in books for row in (*each.documents, *each.refused))],
        "bank_transactions": [row for each in books for row in each.bank],
    }
    corrections = {"documents": [row for each in books for row in each.corrections]}
    return [*write(first, folder, "1"), *write(corrections, folder, "2")]


def _load_july(settings: Settings, books: list[RandomBooks], folder: Path) -> None:
    """More of everything, all of it dated July."""
    rows: dict[str, list[Row]] = defaultdict(list)
    rows["fx_rates"].append({"rate_date": "2025-07-01", "from_currency": "USD", "to_currency": "MXN", "rate": "21"})
    for each in books:
        for kind, amount in (("invoice", 70), ("receipt", 30), ("journal", 5)):
            rows["documents"].append(
                {
                    "company": each.company, "document_id": f"JULY-{kind}", "document_type": kind, "customer_id": "C1",
                    "issue_date": "2025-07-01", "currency": each.base, "amount": amount, "receivable_account": "1105",
                    "recorded_at": "2025-07-02T08:00:00",
                }
            )  # fmt: skip
        for line in each.bank[:2]:  # receipts in July for what the bank booked before
            if line["is_reversal"] is None:
                rows["documents"].append(
                    {
                        "company": each.company, "document_id": f"JULY-{line['transaction_id']}",
                        "document_type": "receipt", "customer_id": "C1", "issue_date": "2025-07-03",
                        "currency": line["currency"], "amount": line["amount"], "receivable_account": "1105",
                        "recorded_at": "2025-07-03T08:00:00",
                    }
                )  # fmt: skip
        rows["bank_transactions"].append(
            {
                "company": each.company, "bank_account": "B1", "transaction_id": "JULY", "booked_on": "2025-07-01",
                "currency": each.base, "amount": 33,
            }
        )  # fmt: skip
        rows["gl_balances"].append(
            {"company": each.company, "account": "1105", "as_of": "2025-07-31", "balance": 100, "recorded_at": None}
        )
    load(settings, write(rows, folder, "july"), on=LATER_ON)


def _positions(published: Path) -> dict[Key, Position]:
    found: dict[Key, Position] = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        for day in MONTH_ENDS:
            candidates: dict[tuple[str, str], dict[str, tuple[Decimal, int, bool]]] = defaultdict(dict)
            for company, account, reason, amount, n_rows, explains in connection.execute(
                "select company, account, reason, amount, n_rows, explains from fct_tie_out_reason where as_of = ?",
                [day],
            ).fetchall():
                candidates[company, account][reason] = (amount, n_rows, explains)
            for company, account, subledger, given, difference, explained, unexplained, *taken in connection.execute(
                "select tied.company, tied.account, subledger_base, gl_balance, difference, explained, unexplained, "
                "gl.taken_at, gl.is_time_given from tie_out($day) as tied "
                "join fct_gl_balance as gl on gl.company = tied.company and gl.account = tied.account "
                "and gl.as_of = $day",
                {"day": day},
            ).fetchall():
                found[company, account, day] = Position(
                    subledger, given, difference, json.loads(explained), unexplained, *taken,
                    candidates.get((company, account), {}),
                )  # fmt: skip
    return found


def test_the_books_are_worth_the_test(library: Library) -> None:
    """Every reason is there, explaining and not, alone and with others; some accounts agree; some rest is left."""
    used: dict[str, int] = defaultdict(int)
    idle: dict[str, int] = defaultdict(int)
    for position in library.positions.values():
        for reason, (_, _, explains) in position.candidates.items():
            (used if explains else idle)[reason] += 1
    assert len(library.positions) == COMPANIES * len(ACCOUNTS) * len(MONTH_ENDS)
    assert set(used) == set(ORDER) and set(idle) == set(ORDER), (dict(used), dict(idle))
    together = sum(len(position.explained) > 1 for position in library.positions.values())
    assert together > 30
    assert sum(not position.difference for position in library.positions.values()) > 50
    assert sum(bool(position.unexplained) for position in library.positions.values()) > 50


def test_the_difference_is_its_reasons_and_a_rest(library: Library) -> None:
    for key, position in library.positions.items():
        assert position.difference == position.subledger - position.balance, key
        told = sum((Decimal(each["amount"]) for each in position.explained if each["amount"]), Decimal(0))
        assert position.difference == told + position.unexplained, key
        assert abs(position.unexplained) <= abs(position.difference), key


def test_of_all_combinations_the_one_that_leaves_least(library: Library) -> None:
    """Tried one by one in plain Python."""
    tried = 0
    for key, position in library.positions.items():
        amounts = {ORDER.index(reason): amount for reason, (amount, _, _) in position.candidates.items()}
        possible = [
            chosen
            for size in range(len(amounts) + 1)
            for chosen in combinations(sorted(amounts), size)
            if not (1 in chosen and 0 in amounts and 0 not in chosen)
        ]
        best = min(
            possible,
            key=lambda chosen: (
                abs(position.difference - sum(amounts[each] for each in chosen)),
                len(chosen),
                [order not in chosen for order in range(len(ORDER))],
            ),
        )
        found = [each["reason"] for each in position.explained if each["amount"]]
        assert found == [ORDER[order] for order in best], (key, position)
        for reason in found:  # each is needed, with what rests on it
            without = [reason] if reason != ORDER[0] else [each for each in found if each in ORDER[:2]]
            left = position.unexplained + sum(position.candidates[each][0] for each in without)
            assert abs(left) > abs(position.unexplained), key
        tried += len(possible)
    assert tried > 1000


def test_cut_off_is_what_the_sub_ledger_did_not_know_then(library: Library) -> None:
    """Asked through open_items with known_at, where all rows say when they were recorded and nothing is converted."""
    compared = 0
    for (company, account, day), position in library.positions.items():
        books = library.books[company]
        if not (books.is_recorded and books.is_local and position.difference):
            continue
        (then,) = library.connection.execute(
            "select coalesce(sum(open_base), 0) from open_items($day, known_at := $taken) "
            "where company = $company and receivable_account = $account",
            {"day": day, "taken": position.taken_at, "company": company, "account": account},
        ).fetchone() or (None,)
        found = position.candidates.get("cut_off", (Decimal(0), 0, False))[0]
        assert found == position.subledger - then, (company, account, day)
        compared += bool(found)
    assert compared > 20


def test_money_at_the_bank_that_no_receipt_answers_to(library: Library) -> None:
    """Reckoned anew from the rows, for lines in the company's own currency."""
    compared = 0
    for (company, account, day), position in library.positions.items():
        books = library.books[company]
        if account != ACCOUNTS[0] or not position.difference or any(line["currency"] == "USD" for line in books.bank):
            continue
        agreed = [
            before
            for before in MONTH_ENDS
            if before < day and not library.positions[company, account, before].difference
        ]
        expected = sum(
            (amount for booked, amount in _open_lines(books, day) if not agreed or booked > max(agreed)), Decimal(0)
        )
        found = position.candidates.get("unposted_bank_receipts", (Decimal(0), 0, False))[0]
        assert found == expected, (company, day, books.bank)
        compared += bool(expected)
    assert compared > 20


def _open_lines(books: RandomBooks, day: date) -> list[tuple[date, Decimal]]:
    lines = [row for row in books.bank if row["is_reversal"] is None]
    if not lines:
        return []
    since = min(row["booked_on"] for row in lines) - timedelta(days=7)
    known = {row["document_id"]: row for row in (*books.documents, *books.corrections)}
    receipts = [row for row in known.values() if row["document_type"] == "receipt" and row["issue_date"] >= since]
    of_a_day: dict[tuple[str, date, str], list[Decimal]] = defaultdict(list)
    for row in receipts:
        of_a_day[row["customer_id"], row["issue_date"], row["currency"]].append(row["amount"])
    answers = [(row["amount"], row["issue_date"]) for row in receipts if row["currency"] == books.base]
    answers += [
        (sum(amounts, Decimal(0)), on)
        for (_, on, currency), amounts in of_a_day.items()
        if len(amounts) > 1 and currency == books.base
    ]
    answers += [(-row["amount"], row["booked_on"]) for row in books.bank if row["is_reversal"] is not None]
    found = []
    for amount in {row["amount"] for row in lines}:
        booked = sorted(row["booked_on"] for row in lines if row["amount"] == amount)
        answered = sorted(on for value, on in answers if value == amount)
        for number, on in enumerate(booked):
            is_answered = number < len(answered) and answered[number] <= day
            if on <= day and not is_answered:
                found.append((on, amount))
    return found


def test_nothing_dated_later_changes_a_day(library: Library) -> None:
    assert library.after.keys() == library.positions.keys()
    for key, position in library.positions.items():
        assert library.after[key] == position, key


def test_each_reason_leads_to_its_rows(library: Library) -> None:
    asked = 0
    for day in MONTH_ENDS:
        rows: dict[tuple[str, str, str], Decimal] = {
            (company, account, reason): total
            for company, account, reason, total in library.connection.execute(
                "select company, account, reason, sum(explains_base) from tie_out_rows(?) group by all", [day]
            ).fetchall()
        }
        for (company, account, on), position in library.after.items():
            if on != day:
                continue
            for reason, (amount, _, _) in position.candidates.items():
                total = rows[company, account, reason]
                if reason == "revaluation_ledger":
                    assert abs(total - amount) <= Decimal("0.5"), (company, account, day)  # half a peso of Chile
                else:
                    assert total == amount, (company, account, day, reason)
                asked += 1
    assert asked > 200
