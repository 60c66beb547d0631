"""Models and data tests run on DuckDB and on Spark: what only one of them understands stands in dispatched macros."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.build import DBT_PROJECT

ENGINE_MACROS = DBT_PROJECT / "macros" / "engine"
# DuckDB's own words, with what to write instead. Spark itself is asked by tests/spark, where it is installed.
ONLY_DUCKDB = {
    r"\bas (varchar|text)\b": "cast(… as string)",
    r"\breplace \(": "the columns, one by one",
    r"\bby name\b": "the columns, one by one",
    r"::": "cast(… as …)",
    r"\bhugeint\b": "in_units()",
    r" // ": "whole_quotient()",
    r"\b(list|struct|map|string|array)_\w+\(": "a macro in macros/engine/",
    r"\b(arg_max|arg_min|date_diff|strftime|strptime|unnest|generate_series)\(": "a macro in macros/engine/",
    r"\bexclude \(": "the columns, one by one",
    r"\bdistinct on\b": "row_number()",
}
FILES = [
    *sorted((DBT_PROJECT / "models").rglob("*.sql")),
    *sorted((DBT_PROJECT / "tests").rglob("*.sql")),
    *sorted(path for path in (DBT_PROJECT / "macros").rglob("*.sql") if ENGINE_MACROS not in path.parents),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sql_is_one_engines_own(path: Path) -> None:
    sql = re.sub(r"--[^\n]*|(?s:\{#.*?#\})", "", path.read_text(encoding="utf-8")).lower()
    found = {match[0]: instead for pattern, instead in ONLY_DUCKDB.items() for match in re.finditer(pattern, sql)}
    assert found == {}, f"write instead: {found}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_name_stands_in_double_quotes(path: Path) -> None:
    """What DuckDB reads as a column is a text for Spark, the same in every row: adapter.quote() writes it for both."""
    sql = re.sub(r"--[^\n]*|(?s:\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\})|'[^']*'", "", path.read_text(encoding="utf-8"))
    assert re.findall(r'"\w+"', sql) == []


def test_every_dispatched_macro_has_both_engines() -> None:
    sql = "\n".join(path.read_text(encoding="utf-8") for path in ENGINE_MACROS.glob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)', 'cartera'\)", sql))
    assert len(dispatched) > 8
    for name in dispatched:
        assert f"macro default__{name}(" in sql or f"macro spark__{name}(" in sql, name
        assert f"macro default__{name}(" in sql or f"macro duckdb__{name}(" in sql, name
