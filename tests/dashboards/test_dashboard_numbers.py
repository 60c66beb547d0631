"""Money, numbers and dates as each reader writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from dashboards.domain.numbers import ABSENT, MINUS, NBSP, Formats, elapsed
from dashboards.domain.periods import compared_day, month_ends

at = datetime.fromisoformat  # naive UTC, as published
MX, CO, CL, EN = Formats("es", "MX"), Formats("es", "CO"), Formats("es", "CL"), Formats("en", "CO")


@pytest.mark.parametrize(
    ("formats", "expected"),
    [(MX, "1,234,567.50"), (CO, "1.234.567,50"), (CL, "1.234.567,50"), (EN, "1,234,567.50")],
)
def test_decimal_mark_follows_language_and_country(formats: Formats, expected: str) -> None:
    assert formats.exact(Decimal("1234567.5"), "MXN") == expected


def test_minor_unit_by_currency_and_no_remainder_hidden() -> None:
    assert MX.exact(Decimal("100"), "CLP") == "100"
    assert MX.exact(Decimal("100"), "MXN") == "100.00"
    assert MX.exact(Decimal("100.0123"), "MXN") == "100.0123"
    assert MX.exact(Decimal("0.01"), "MXN") == "0.01"


@pytest.mark.parametrize(
    ("amount", "spanish", "english"),
    [
        ("0", "0", "0"),
        ("9500", "9,500", "9,500"),
        ("842000", "842 mil", "842 K"),
        ("999600", "1.00 M", "1.00 M"),
        ("81190000", "81.2 M", "81.2 M"),
        ("1234000000", "1,234 M", "1.23 B"),
        ("-3020000", f"{MINUS}3.02 M", f"{MINUS}3.02 M"),
        ("0.05", "0.05", "0.05"),
    ],
)
def test_abbreviation_keeps_three_digits(amount: str, spanish: str, english: str) -> None:
    assert MX.short(Decimal(amount)) == spanish.replace(" ", NBSP)
    assert Formats("en", "MX").short(Decimal(amount)) == english.replace(" ", NBSP)


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert MX.percent(Decimal("-0.0003")) == f"0.0{NBSP}%"
    assert MX.number(Decimal("-0.4")) == "0" and MX.number(Decimal("-0.6")) == f"{MINUS}1"


def test_a_converted_amount_ends_with_its_cents() -> None:
    group = Formats("es", "MX", "MXN")
    assert group.exact(Decimal("100.0123"), "MXN") == "100.01"
    assert group.exact(Decimal("100.0123"), "USD") == "100.0123", "a document's own currency is not converted"


def test_large_amount_keeps_its_last_cent() -> None:
    assert MX.exact(Decimal("98765432109876.5432"), "MXN") == "98,765,432,109,876.5432"


def test_missing_is_a_dash_and_never_zero() -> None:
    assert MX.exact(None, "MXN") == MX.short(None) == MX.percent(None) == MX.day(None) == ABSENT


def test_dates_and_months_in_the_language() -> None:
    day = date(2025, 1, 31)
    assert MX.day(day) == "31 ene 2025"
    assert EN.day(day) == "31 Jan 2025"
    assert [MX.month(day, with_year=True), MX.month(date(2025, 8, 1), with_year=False)] == ["ene<br>2025", "ago"]
    assert MX.moment(at("2025-06-30T18:05"), "America/Mexico_City").endswith("12:05")


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (at("2025-06-30T12:00:30"), ("now", 0)),
        (at("2025-06-30T11:49"), ("minutes", 12)),
        (at("2025-06-30T09:00"), ("hours", 3)),
        (at("2025-06-27T12:00"), ("days", 3)),
        (at("2025-07-01"), ("now", 0)),
    ],
)
def test_how_long_ago(since: datetime, expected: tuple[str, int]) -> None:
    assert elapsed(since, at("2025-06-30T12:01")) == expected


@pytest.mark.parametrize(
    ("as_of", "comparison", "expected"),
    [
        (date(2025, 6, 30), "month", date(2025, 5, 31)),
        (date(2025, 6, 17), "month", date(2025, 5, 31)),
        (date(2025, 1, 5), "month", date(2024, 12, 31)),
        (date(2025, 5, 20), "quarter", date(2025, 3, 31)),
        (date(2025, 3, 31), "quarter", date(2024, 12, 31)),
        (date(2025, 2, 28), "year", date(2024, 2, 29)),
        (date(2024, 2, 29), "year", date(2023, 2, 28)),
        (date(2025, 6, 17), "year", date(2024, 6, 17)),
        (date(2025, 6, 17), "none", None),
    ],
)
def test_compared_day(as_of: date, comparison: str, expected: date | None) -> None:
    assert compared_day(as_of, comparison) == expected  # type: ignore[arg-type]


def test_month_ends_finish_on_the_day_itself() -> None:
    assert month_ends(date(2025, 3, 10), 3) == (date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 10))
