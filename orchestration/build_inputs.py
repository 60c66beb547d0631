"""Settings as rows: what cartera.yml and policies.yml say, written as Parquet for the build to read.

The models know settings only as these tables, so a rule's parameters are joined by their validity like any data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.settings import Settings

# Documents older than this are not expected; their policy was never evaluated by anyone either.
FIRST_BUSINESS_DAY = date(1990, 1, 1)
# Before every date of the lake.
FIRST_DAY = date(1900, 1, 1)
# A hold falls due some business days after its trigger, which may lie past the as-of day.
DAYS_AHEAD = 60

_NUMBER = pa.decimal128(18, 6)
_SCHEMAS: dict[str, list[tuple[str, pa.DataType]]] = {
    "build": [("applied_seq", pa.int64()), ("is_policy_new", pa.bool_()), ("evaluate_from", pa.date32())],
    "companies": [
        ("company", pa.string()),
        ("name", pa.string()),
        ("country", pa.string()),
        ("functional_currency", pa.string()),
        ("tax_id", pa.string()),
        ("parent_company", pa.string()),
    ],
    "receivable_accounts": [("company", pa.string()), ("account", pa.string()), ("account_order", pa.int32())],
    "ageing_buckets": [
        ("scheme", pa.string()),
        ("bucket", pa.string()),
        ("bucket_order", pa.int32()),
        ("from_days", pa.int32()),
        ("to_days", pa.int32()),
    ],
    "currencies": [("currency", pa.string()), ("minor_units", pa.int32())],
    "presentation": [("currency", pa.string())],
    "policy_rules": [
        ("rule_id", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("severity", pa.string()),
        ("owner", pa.string()),
        ("corrective_action_es", pa.string()),
        ("corrective_action_en", pa.string()),
    ],
    "policy_parameters": [
        ("rule_id", pa.string()),
        ("valid_from", pa.date32()),
        ("name", pa.string()),
        ("segment", pa.string()),
        ("currency", pa.string()),
        ("number", _NUMBER),
        ("word", pa.string()),
    ],
    "business_days": [
        ("country", pa.string()),
        ("date", pa.date32()),
        ("is_business_day", pa.bool_()),
        ("business_day_no", pa.int32()),
    ],
}

_PER_CURRENCY = {"floor"}


def write_build_inputs(
    settings: Settings,
    as_of: date,
    folder: Path,
    *,
    applied_seq: int = 0,
    is_policy_new: bool = True,
    evaluate_from: date = FIRST_DAY,
) -> None:
    """Write one Parquet file per settings table into `folder`; each is replaced whole.

    `applied_seq` is the number of the last batch that is in the tables the build takes up; 0 when it takes up none.
    `is_policy_new` says that these tables were judged by another policy, `evaluate_from` from which day on everybody is
    judged anew whatever arrived.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {"build": [(applied_seq, is_policy_new, evaluate_from)], **_tables(settings, as_of)}.items():
        columns = _SCHEMAS[name]
        schema = pa.schema(columns)
        table = pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)
        pq.write_table(table, folder / f"{name}.parquet")


def _tables(settings: Settings, as_of: date) -> dict[str, Iterable[tuple[Any, ...]]]:
    return {
        "companies": [
            (c.code, c.name, c.country, c.functional_currency, c.tax_id, c.parent_company) for c in settings.companies
        ],
        "receivable_accounts": [
            (company.code, account, order)
            for company in settings.companies
            for order, account in enumerate(company.receivable_accounts, start=1)
        ],
        "ageing_buckets": [
            (scheme.name, bucket.name, bucket.order, bucket.from_days, bucket.to_days)
            for scheme in settings.ageing_schemes
            for bucket in scheme.buckets
        ],
        "currencies": _currencies(),
        "presentation": [(settings.presentation_currency,)],
        "policy_rules": [
            # the file includes its last day, the models exclude it
            (
                rule.rule_id,
                rule.valid_from,
                rule.valid_to and rule.valid_to + timedelta(days=1),
                rule.severity,
                rule.owner,
                rule.corrective_action["es"],
                rule.corrective_action["en"],
            )
            for rule in settings.policies
        ],
        "policy_parameters": [
            (rule.rule_id, rule.valid_from, *parameter)
            for rule in settings.policies
            for parameter in _parameters(rule.parameters)
        ],
        "business_days": _business_days(_countries(settings), as_of),
    }


def _parameters(parameters: dict[str, Any]) -> Iterator[tuple[str, str | None, str | None, Decimal | None, str | None]]:
    """(name, segment, currency, number, word), one for each value of the rule's parameters."""
    for name, value in parameters.items():
        if isinstance(value, dict):
            for part, number in value.items():
                segment, currency = (None, part) if name in _PER_CURRENCY else (part, None)
                yield name, segment, currency, _number(number), None
        elif isinstance(value, int | Decimal):
            yield name, None, None, _number(value), None
        else:
            yield name, None, None, None, str(value)


def _number(value: int | Decimal) -> Decimal:
    return Decimal(value).quantize(Decimal("0.000001"))


@cache
def _currencies() -> list[tuple[str, int]]:
    from babel.core import get_global

    fractions = get_global("currency_fractions")
    codes = {entry[0] for entries in get_global("territory_currencies").values() for entry in entries}
    return sorted((code, fractions.get(code, (2,))[0]) for code in codes)


def _countries(settings: Settings) -> list[str]:
    """Countries of the configured companies and of those that only the data knows."""
    found = {company.country for company in settings.companies}
    files = str(settings.lake_dir / "batches" / "*" / "companies.parquet")
    with duckdb.connect() as connection:
        found |= {
            row[0] for row in connection.execute("select distinct country from read_parquet(?)", [files]).fetchall()
        }
    return sorted(found)


def _business_days(countries: list[str], as_of: date) -> Iterator[tuple[str, date, bool, int]]:
    """Every day of each country with the number of business days up to it, that day included."""
    last = as_of + timedelta(days=DAYS_AHEAD)
    for country in countries:
        public = _public_holidays(country, last.year)
        number = 0
        for offset in range((last - FIRST_BUSINESS_DAY).days + 1):
            day = FIRST_BUSINESS_DAY + timedelta(days=offset)
            is_business_day = day.weekday() < 5 and day not in public
            number += is_business_day
            yield country, day, is_business_day, number


@cache
def _public_holidays(country: str, last_year: int) -> frozenset[date]:
    import holidays

    if country not in holidays.list_supported_countries():
        return frozenset()
    years = range(FIRST_BUSINESS_DAY.year, last_year + 1)
    return frozenset(holidays.country_holidays(country, years=years))
