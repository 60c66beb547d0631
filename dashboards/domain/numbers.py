"""Money, numbers, shares and dates as text, by locale. Decimal in, text out; nothing here is a float."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, get_timezone
from babel.numbers import format_decimal, get_currency_precision

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
ABSENT = "—"
_STORED_DECIMALS = 4
_WRITTEN_OUT = Decimal(10_000)  # below, the amount itself is as short as its abbreviation
_UNITS = {
    # threshold, letter; Spanish has no word for a billion that every reader takes alike, so it stays in millions
    "es": ((Decimal(1_000_000), "M"), (Decimal(1_000), "mil")),
    "en": ((Decimal(1_000_000_000), "B"), (Decimal(1_000_000), "M"), (Decimal(1_000), "K")),
}


@lru_cache(maxsize=64)
def locale_for(language: str, country: str) -> Locale:
    """The locale of a reader: Spanish as written in `country` (decimal point in MX and PE, comma in CO and CL).

    English is written one way, with day before month, as the date filter is.
    """
    if language == "en":
        return Locale("en", "GB")
    try:
        return Locale.parse(f"es_{country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("es_419")


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader sees figures: `language` ('es'|'en') and the `country` whose conventions hold.

    Amounts in `converted_to` come from a conversion: what lies behind their last cent is the rate's, not the books'.
    """

    language: str
    country: str
    converted_to: str | None = None

    @property
    def locale(self) -> Locale:
        """The Babel locale."""
        return locale_for(self.language, self.country)

    def number(self, value: Decimal | int | None, decimals: int = 0) -> str:
        """`1.234,50`; a missing value is a dash, never 0."""
        if value is None:
            return ABSENT
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        if not rounded:
            rounded = abs(rounded)  # what rounds to nothing has no sign
        # Babel writes the locale's own sign; the typographic minus is as wide as a digit in tabular figures
        return format_decimal(rounded, format=pattern, locale=self.locale).replace("-", MINUS)

    def exact(self, value: Decimal | None, currency: str) -> str:
        """An amount to its last cent: the currency's minor unit, and more decimals when the amount holds them."""
        if value is None:
            return ABSENT
        if currency == self.converted_to:
            return self.number(value, minor_unit(currency))
        return self.number(value, max(minor_unit(currency), _decimals_of(value)))

    def money(self, value: Decimal | None, currency: str) -> str:
        """`MXN 1,234.50`, exact."""
        return ABSENT if value is None else f"{currency}{NBSP}{self.exact(value, currency)}"

    def short(self, value: Decimal | None) -> str:
        """Three significant digits with their unit: `81.2 M`, `842 mil`; small amounts as they are.

        Wherever this is shown, the exact amount is in the hover or the help.
        """
        if value is None:
            return ABSENT
        size = abs(value)
        if size < _WRITTEN_OUT:
            return self.number(value, 0 if size == size.to_integral_value() or size >= 1000 else 2)
        for threshold, unit in _UNITS[self.language]:
            # 999,600 rounds to 1,000 thousand: then the unit above reads better
            if size >= threshold or size / threshold >= Decimal("0.9995"):
                scaled = value / threshold
                return f"{self.number(scaled, _decimals_for(abs(scaled)))}{NBSP}{unit}"
        return self.number(value)

    def signed(self, value: Decimal | None) -> str:
        """`+2.1 M` or `−1.8 M`."""
        if value is None:
            return ABSENT
        return ("+" if value > 0 else "") + self.short(value)

    def percent(self, share: Decimal | None, decimals: int = 1) -> str:
        """A share of one as `67,4 %`."""
        return ABSENT if share is None else f"{self.number(share * 100, decimals)}{NBSP}%"

    def day(self, value: date | None) -> str:
        """`30 jun 2025`."""
        return ABSENT if value is None else format_date(value, "d MMM y", locale=self.locale)

    def day_digits(self, value: date | None) -> str:
        """`30/06/2025`, as the date filter writes it."""
        return ABSENT if value is None else value.strftime("%d/%m/%Y")

    def month(self, value: date, *, with_year: bool) -> str:
        """`jun` for a tick of an axis; with the year on a second line for the first tick of a year."""
        name = format_date(value, "LLL", locale=self.locale).rstrip(".")
        return f"{name}<br>{value:%Y}" if with_year else name

    def month_name(self, value: date) -> str:
        """`junio de 2025`, `June 2025`."""
        return format_skeleton("yMMMM", value, locale=self.locale)

    def moment(self, value: datetime | None, time_zone: str) -> str:
        """A naive UTC moment in the company's own time zone: `30 jun 2025, 14:05`."""
        if value is None:
            return ABSENT
        return format_datetime(value, "d MMM y, HH:mm", tzinfo=get_timezone(time_zone), locale=self.locale)


def elapsed(since: datetime, now: datetime) -> tuple[str, int]:
    """How long ago, as (unit, count): ('now', 0), ('minutes', 12), ('hours', 3) or ('days', 5).

    A moment after `now` (a pinned day reproduces the past) counts as just now.
    """
    gone = now - since
    if gone < timedelta(minutes=1):
        return "now", 0
    if gone < timedelta(hours=1):
        return "minutes", int(gone.total_seconds() // 60)
    if gone < timedelta(days=2):
        return "hours", int(gone.total_seconds() // 3600)
    return "days", gone.days


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> int:
    """Decimals of a currency by ISO 4217: 2 for MXN, 0 for CLP."""
    return get_currency_precision(currency)


def _decimals_of(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return min(_STORED_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else 0


def _decimals_for(scaled: Decimal) -> int:
    if scaled < Decimal("9.995"):
        return 2
    return 1 if scaled < Decimal("99.95") else 0
