"""Parent debtors over all companies, in one currency; figures worked out by hand from group_books.py."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.slow

OURS = "where company in ('GA', 'GB', 'GC')"


def ask(figures: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return figures.execute(query).fetchall()


def test_who_is_one_debtor(figures: duckdb.DuckDBPyConnection) -> None:
    found = ask(figures, f"select company, customer_id, debtor_id from dim_customer {OURS} order by all")
    assert found == [
        ("GA", "IC", "GA|IC"),
        ("GA", "K1", "P1"),
        ("GA", "P1", "P1"),
        ("GA", "X", "GA|X"),
        ("GB", "K2", "P1"),
        ("GB", "P1", "P1"),
        ("GB", "X", "GB|X"),
        ("GC", "K1", "GC|K1"),
        ("GC", "K7", "G7"),
        ("GC", "K8", "G7"),
        ("GC", "P1", "GC|P1"),
    ]
    named = ask(figures, "select debtor_id, name, is_group, n_companies, n_customers from dim_debtor order by all")
    assert ("P1", "Parent One", True, 2, 4) in named
    assert ("G7", "G7", True, 1, 2) in named  # nobody says what it is called
    assert ("GB|X", "Xenia of B", False, 1, 1) in named


def test_each_debtor_by_company_and_bucket(figures: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        figures,
        "select debtor_id, company, bucket, open_base, base_currency, rate, open_presentation, not_converted, n_items "
        f"from group_aging(date '2025-06-30') {OURS} order by debtor_id, company, bucket_order",
    )
    rate = Decimal("0.0045")
    # 200,000 × 0.0045 = 900; 30,000 × 0.0045 = 135; 1,000 × 0.0045 = 4.50; CLP has no rate
    assert found == [
        ("G7", "GC", "not_due", Decimal(15), "CLP", None, None, "no_closing_rate", 2),
        ("GA|X", "GA", "not_due", Decimal(70), "MXN", Decimal(1), Decimal(70), None, 1),
        ("GB|X", "GB", "not_due", Decimal(1000), "COP", rate, Decimal("4.5"), None, 1),
        ("GC|K1", "GC", "not_due", Decimal(100), "CLP", None, None, "no_closing_rate", 1),
        ("GC|P1", "GC", "not_due", Decimal(5000), "CLP", None, None, "no_closing_rate", 1),
        ("P1", "GA", "not_due", Decimal(500), "MXN", Decimal(1), Decimal(500), None, 1),
        ("P1", "GA", "1-30", Decimal(1000), "MXN", Decimal(1), Decimal(1000), None, 1),
        ("P1", "GA", "unapplied", Decimal(-200), "MXN", Decimal(1), Decimal(-200), None, 1),
        ("P1", "GB", "not_due", Decimal(30000), "COP", rate, Decimal(135), None, 1),
        ("P1", "GB", "1-30", Decimal(200000), "COP", rate, Decimal(900), None, 1),
    ]


def test_a_past_day_is_shown_at_its_own_rate(figures: duckdb.DuckDBPyConnection) -> None:
    asked = (
        "select company, sum(open_base), sum(open_presentation) from {}{} where debtor_id = 'P1' group by 1 order by 1"
    )
    # the end of May: 200,000 COP at 0.0050, whatever the rate was later
    may = [("GA", Decimal(1000), Decimal(1000)), ("GB", Decimal(200000), Decimal(1000))]
    assert ask(figures, asked.format("group_aging", "(date '2025-05-31')")) == may
    assert ask(figures, asked.format("group_open_items", "(date '2025-05-31')")) == may
    # before the first rate there is none: null, not 0
    before = ask(figures, asked.format("group_aging", "(date '2025-05-30')"))
    assert before == [("GA", Decimal(1000), Decimal(1000)), ("GB", Decimal(200000), None)]


def test_another_currency(figures: duckdb.DuckDBPyConnection) -> None:
    (pesos,) = ask(
        figures,
        "select sum(open_presentation), max(rate) from group_aging(date '2025-06-30', currency := 'COP') "
        "where debtor_id = 'P1' and company = 'GA'",
    )
    # one for 0.0045 is 222.222222222222; 500, 1,000 and −200 are converted each by itself
    assert pesos == (Decimal("288888.8889"), Decimal("222.222222222222"))
    with pytest.raises(duckdb.InvalidInputException, match="no company keeps its books in this currency"):
        ask(figures, "from group_aging(date '2025-06-30', currency := 'ZWL')")


def test_the_own_group_is_left_out_unless_asked_for(figures: duckdb.DuckDBPyConnection) -> None:
    for macro in ("group_aging", "group_open_items"):
        assert ask(figures, f"select count(*) from {macro}(date '2025-06-30') where debtor_id = 'GA|IC'") == [(0,)]
        apart = ask(
            figures,
            "select is_intercompany, sum(open_base) "
            f"from {macro}(date '2025-06-30', intercompany := true) where company = 'GA' group by 1 order by 1",
        )
        assert apart == [(False, Decimal(1370)), (True, Decimal(999))]


def test_the_group_view_holds_every_open_item_once(figures: duckdb.DuckDBPyConnection) -> None:
    """Over all books of this home: with the own group, the group view is aging and open_items, company by company."""
    day = "date '2025-06-30'"
    by_company = "select company, sum(open_base) from {} group by 1 order by 1"
    whole = ask(figures, by_company.format(f"aging({day})"))
    assert ask(figures, by_company.format(f"group_aging({day}, intercompany := true)")) == whole
    assert ask(figures, by_company.format(f"group_open_items({day}, intercompany := true)")) == whole
    assert len(whole) > 20
    (twice,) = ask(figures, f"select count(*) - count(distinct item_id) from group_open_items({day})")
    assert twice == (0,)


def test_what_was_not_known_is_not_shown(figures: duckdb.DuckDBPyConnection) -> None:
    known = "date '2025-06-30', known_at := date '2025-06-14'"
    asked = "select company, sum(open_base) from {}({}) where debtor_id = 'P1' group by 1 order by 1"
    expected = [("GA", Decimal(1500)), ("GB", Decimal(200000))]
    assert ask(figures, asked.format("group_aging", known)) == expected
    assert ask(figures, asked.format("group_open_items", known)) == expected


def test_an_item_without_a_rate_of_its_own_is_told(figures: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        figures,
        "select document_id, open_amount, open_base, open_presentation, not_converted "
        "from group_open_items(date '2025-06-30') where company = 'UNVALUED' order by 1",
    )
    assert found == [
        ("I1", Decimal(1000), Decimal(1000), Decimal(1000), None),
        ("I2", Decimal(10), None, None, "item_without_exchange_rate"),
    ]
    (cell,) = ask(
        figures,
        "select open_base, n_items, n_without_rate, not_converted from group_aging(date '2025-06-30') "
        "where company = 'UNVALUED'",
    )
    assert cell == (Decimal(1000), 2, 1, "items_without_exchange_rate")
