"""The worked example of METRICS section 0. Every figure here was worked out by hand, none copied from output."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.conftest import Library
from ledger.golden import COMPANY

pytestmark = pytest.mark.slow

JUNE = date(2025, 6, 30)


def ageing(library: Library, day: date, **options: str) -> dict[tuple[str, str], Decimal]:
    named = "".join(f", {name} := '{value}'" for name, value in options.items())
    rows = library.figures.rows(
        f"select customer_id, bucket, open_base from aging(?{named}) where company = ?", [day, COMPANY]
    )
    return {(customer, bucket): amount for customer, bucket, amount in rows}


def totals(cells: dict[tuple[str, str], Decimal]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (_, bucket), amount in cells.items():
        sums[bucket] = sums.get(bucket, 0) + int(amount)
    return sums


def metrics(library: Library, month_end: date, *names: str) -> tuple[Any, ...]:
    (row,) = library.figures.rows(
        f"select {', '.join(names)} from fct_collection_metrics where company = ? and month_end = ?",
        [COMPANY, month_end],
    )
    return row


def test_ageing_by_due_date(library: Library) -> None:
    cells = ageing(library, JUNE)
    assert cells == {
        ("A", "not_due"): 15_000,  # I3 due this very day, and I9
        ("A", "31-60"): 5_000,  # I2, 31 days, after 7,000 of 12,000
        ("A", "unapplied"): -1_000,  # CN1
        ("B", "not_due"): 18_000,  # I6
        ("B", "1-30"): 15_000,  # I5, 11 days
        ("B", "unapplied"): -4_000,  # U1
        ("C", "not_due"): 25_000,  # I8
        ("C", "61-90"): 8_000,  # I7, 76 days
    }
    assert totals(cells) == {"not_due": 58_000, "1-30": 15_000, "31-60": 5_000, "61-90": 8_000, "unapplied": -5_000}
    assert sum(totals(cells).values()) == 81_000


def test_ageing_by_issue_date(library: Library) -> None:
    cells = totals(ageing(library, JUNE, basis="issue_date"))
    assert cells == {"1-30": 33_000, "31-60": 40_000, "61-90": 5_000, "90+": 8_000, "unapplied": -5_000}


def test_the_disputed_invoice_keeps_its_bucket_and_shows_apart(library: Library) -> None:
    rows = library.figures.rows(
        "select bucket, open_base, disputed_base from aging(?) where company = ? and disputed_base <> 0",
        [JUNE, COMPANY],
    )
    assert rows == [("61-90", 8_000, 8_000)]


def test_a_receipt_of_july_does_not_count_in_june(library: Library) -> None:
    open_on = {day: library.figures.open_items(day)[COMPANY] for day in (JUNE, date(2025, 7, 2), date(2025, 7, 3))}
    assert open_on[JUNE]["I5", None].open_amount == 15_000
    assert open_on[date(2025, 7, 2)]["I5", None].open_amount == 15_000
    assert ("I5", None) not in open_on[date(2025, 7, 3)]
    assert all(("R4", None) not in items for items in open_on.values())


def test_due_today_is_not_late_and_tomorrow_it_is(library: Library) -> None:
    first_of_july = totals(ageing(library, date(2025, 7, 1)))
    assert first_of_july["not_due"] == 58_000 - 9_000
    assert first_of_july["1-30"] == 15_000 + 9_000
    assert library.figures.open_items(JUNE)[COMPANY]["I3", None].days_past_due == 0
    assert library.figures.open_items(date(2025, 7, 1))[COMPANY]["I3", None].days_past_due == 1


def test_balances_of_june(library: Library) -> None:
    names = ("receivables_base", "gross_base", "unapplied_base", "current_base", "overdue_base", "over_90_base")
    assert metrics(library, JUNE, *names) == (81_000, 86_000, -5_000, 58_000, 28_000, 0)
    assert metrics(library, JUNE, "collections_base") == (11_000,)  # R3 and U1


@pytest.mark.parametrize(
    ("month_end", "billed", "receivables"),
    [
        ("2025-02-28", 8_000, 8_000),
        ("2025-03-31", 10_000, 18_000),
        ("2025-04-30", 32_000, 50_000),
        ("2025-05-31", 49_000, 69_000),
        ("2025-06-30", 23_000, 81_000),  # 24,000 invoiced less the credit note
    ],
)
def test_billings_and_receivables_by_month(library: Library, month_end: str, billed: int, receivables: int) -> None:
    found = metrics(library, date.fromisoformat(month_end), "billings_base", "receivables_base")
    assert found == (billed, receivables)


@pytest.mark.parametrize(
    ("metric", "by_hand"),
    [
        ("dso_balance_90", "70.0962"),  # 81 / 104 × 90
        ("dso_balance_90_gross", "74.4231"),  # 86 / 104 × 90
        ("dso_countback", "69.4375"),  # 30 + 31 + (81 − 23 − 49) / 32 × 30
        ("dso_countback_gross", "74.1250"),  # 30 + 31 + (86 − 23 − 49) / 32 × 30
        ("dso_best_possible", "50.1923"),  # 58 / 104 × 90
        ("dso_best_possible_countback", "52.1429"),  # 30 + (58 − 23) / 49 × 31
        ("average_days_delinquent", "19.9038"),  # 23 / 104 × 90
        ("overdue_ratio", "0.3256"),  # 28 / 86
        ("share_current", "0.6744"),  # 58 / 86
        ("share_over_90", "0.0000"),
    ],
)
def test_metrics_of_june(library: Library, metric: str, by_hand: str) -> None:
    (found,) = metrics(library, JUNE, metric)
    assert round(found, 4) == Decimal(by_hand)


def test_a_metric_that_cannot_be_had_says_why(library: Library) -> None:
    rolling, notes = metrics(library, JUNE, "dso_rolling_365", "notes")
    assert rolling is None
    assert json.loads(notes) == {"dso_rolling_365": "history_shorter_than_365_days"}
    early, why = metrics(library, date(2025, 4, 30), "dso_balance_90", "notes")
    assert early is None
    assert json.loads(why)["dso_balance_90"] == "history_shorter_than_90_days"


def test_daily_ageing_holds_the_same_day(library: Library) -> None:
    rows = library.figures.rows(
        "select bucket, open_base from fct_aging_daily where company = ? and date = ? and open_base <> 0",
        [COMPANY, JUNE],
    )
    assert dict(rows) == {"not_due": 58_000, "1-30": 15_000, "31-60": 5_000, "61-90": 8_000, "unapplied": -5_000}
