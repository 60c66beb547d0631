"""How a reader is spoken to: language, and numbers, money and dates as written where they are. Decimals throughout."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, format_compact_decimal, get_currency_precision, parse_pattern

from orchestration.alerts.texts import TEXTS
from orchestration.settings.kinds import Language
from orchestration.settings.models import Settings

DATE_PATTERN = "d MMM y"


MOST_PERCENT = 999  # a limit of one peso is no limit; `3,410,990,300 %` would only hide that


@dataclass(frozen=True, slots=True)
class Voice:
    """One language and one locale (`es_MX`, `es_CO`, `en`)."""

    language: Language
    locale: str

    @classmethod
    def of(cls, language: Language, country: str | None) -> Voice:
        """The voice for a language as written in a country; where Babel knows no such pair, Latin American Spanish or
        plain English."""
        if country is not None:
            try:
                return cls(language, str(Locale.parse(f"{language}_{country}")))
            except UnknownLocaleError:
                pass
        return cls(language, "es_419" if language == "es" else language)

    @classmethod
    def for_company(cls, settings: Settings, language: Language, company: str | None) -> Voice:
        """The voice for a company of the settings; for the first one when the company is unknown or None."""
        found = [c for c in settings.companies if c.code == company] or list(settings.companies)
        return cls.of(language, found[0].country if found else None)

    def say(self, name: str, /, **values: object) -> str:
        """A text of the catalogue, with its values put in. KeyError for a text that is not there."""
        return TEXTS[name][self.language].format(**values)

    def count(self, name: str, n: int, **values: object) -> str:
        """A counted text: `<name>.one` for 1, `<name>.many` otherwise, the number written by locale."""
        return self.say(f"{name}.{'one' if n == 1 else 'many'}", n=self.number(Decimal(n)), **values)

    def money(self, amount: Decimal, currency: str) -> str:
        """An exact amount after its currency: `MXN 1,234.50`; decimals as the currency has them."""
        places = get_currency_precision(currency) if currency else 2
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return f"{currency} {self._decimal(amount, pattern)}".strip()

    def short_money(self, amount: Decimal, currency: str) -> str:
        """A rounded amount for a subject line: `MXN 1.4 M`."""
        return f"{currency} {format_compact_decimal(amount, locale=self.locale, fraction_digits=1)}".replace(
            "\xa0", " "
        )

    def number(self, value: Decimal) -> str:
        """A number with up to two decimals."""
        return self._decimal(value, "#,##0.##")

    def share(self, part: Decimal, whole: Decimal) -> str:
        """`part` as a whole percentage of `whole` (not zero); from ten times on the exact figure says nothing more."""
        percent = (part * 100 / whole).quantize(Decimal(1))
        if percent > MOST_PERCENT:
            return f"> {MOST_PERCENT} %"
        return f"{self._decimal(percent, '#,##0')} %"

    def day(self, day: date) -> str:
        """`3 jun 2025`."""
        return str(format_date(day, DATE_PATTERN, locale=self.locale))

    def moment(self, moment: datetime, time_zone: str) -> str:
        """`3 jun 2025, 14:05`: a naive UTC moment on the clock of an IANA time zone."""
        local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))
        return str(format_datetime(local, f"{DATE_PATTERN}, HH:mm", locale=self.locale))

    def listed(self, parts: list[str]) -> str:
        """`a, b y c` / `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.say('and')} {parts[-1]}"

    def _decimal(self, value: Decimal, pattern: str) -> str:
        return str(_pattern(pattern).apply(value, _locale(self.locale)))


# Thousands of alerts are written in a handful of patterns and locales.
@cache
def _pattern(pattern: str) -> NumberPattern:
    return parse_pattern(pattern)


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def clean(text: str) -> str:
    """One line without control or direction characters: names come from files that anybody may have written."""
    kept = (" " if character.isspace() else character for character in text)
    visible = (c for c in kept if c == " " or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    return " ".join("".join(visible).split())
