"""One contract column as SQL: the text in the file → a normalised text → a typed value → an error code.

Every column of an entity goes through the same three layers, so that each expression is written once:
`t` is the text (mapped, defaulted), `n` the text made canonical (numbers only; null = not a number), `v` the value,
`e` the code of what is wrong with it (null = nothing). Codes are explained in words by ingest/reasons.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.contract import Column, Kind
from ingest.profiles.model import ColumnRule, Condition, Profile
from ingest.readers.raw import NATIVE

# Put before a value the rule's map does not list.
UNMAPPED = "\x1e"
_MARK = f"chr({ord(NATIVE)})"
_UNMAPPED = f"chr({ord(UNMAPPED)})"
# blanks around a cell mean nothing, the unbreakable ones included
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
_SCALES = {Kind.MONEY: 4, Kind.RATE: 10}
_ISO_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_ISO_TIMESTAMP = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?"
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


@dataclass(frozen=True, slots=True)
class ColumnSql:
    """The expressions of one column; `normal` may use t, `value` t and n, `error` t, n and v of the same suffix."""

    text: str
    normal: str
    value: str
    error: str


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def condition_sql(column: str, condition: Condition) -> str:
    """A predicate over the cell of `column`; an empty cell satisfies `not` and `not_matches`."""
    cell = _cell(column)
    parts = []
    if condition.one_of is not None:
        listed = ", ".join(literal(text) for text in condition.one_of if text)
        tests = ([f"{cell} IN ({listed})"] if listed else []) + ([f"{cell} IS NULL"] if "" in condition.one_of else [])
        parts.append("(" + " OR ".join(tests) + ")")
    if condition.none_of is not None:
        listed = ", ".join(literal(text) for text in condition.none_of)
        parts.append(f"({cell} IS NULL OR {cell} NOT IN ({listed}))")
    if condition.matches is not None:
        parts.append(f"coalesce(regexp_matches({cell}, {literal(condition.matches)}), false)")
    if condition.not_matches is not None:
        parts.append(f"NOT coalesce(regexp_matches({cell}, {literal(condition.not_matches)}), false)")
    if condition.empty is not None:
        parts.append(f"{cell} IS NULL" if condition.empty else f"{cell} IS NOT NULL")
    return " AND ".join(parts) or "true"


def where_sql(where: dict[str, Condition]) -> str:
    """All conditions of a `where`."""
    return " AND ".join(condition_sql(column, condition) for column, condition in where.items()) or "true"


def column_sql(
    column: Column,
    rule: ColumnRule,
    profile: Profile,
    suffix: str,
    *,
    context: str = "NULL",
    may_be_empty: bool = False,
) -> ColumnSql:
    """The three layers for one contract column.

    `context` is the SQL for a value that comes from the context. `may_be_empty`: a required column is not checked row
    by row, because another row of the same key may tell it.
    """
    t, n, v = f"t{suffix}", f"n{suffix}", f"v{suffix}"
    keep_mark = column.kind in (*_SCALES, Kind.DATE, Kind.TIMESTAMP, Kind.INTEGER)
    text = text_sql(rule, profile, outside=context, keep_mark=keep_mark)
    plain = unmarked(t)
    normal = "NULL"
    checks: list[tuple[str, str]] = []
    # a derived column hands on what its own map does not list
    if profile.derived or (rule.map is not None and rule.otherwise is None):
        checks.append((f"starts_with({t}, {_UNMAPPED})", "not_in_map"))
    if column.kind in _SCALES:
        scale = _SCALES[column.kind]
        normal = _number(t, rule, profile)
        value = _rounded(n, column.kind, rule)
        checks.append((f"{t} IS NOT NULL AND {n} IS NULL", "not_a_number"))
        # a rate is rounded to its ten decimals (46.666666666666664 is a quotient somebody printed); money never is
        if column.kind is Kind.MONEY and rule.round is None:
            checks.append((f"length(rtrim(split_part({n}, '.', 2), '0')) > {scale}", "too_many_decimals"))
        checks.append((f"{n} IS NOT NULL AND {v} IS NULL", "out_of_range"))
        if column.at_most is not None:
            checks.append((f"abs({v}) > {column.at_most}", "out_of_range"))
    elif column.kind is Kind.INTEGER:
        normal = f"CASE WHEN regexp_full_match({plain}, '[+-]?[0-9]+(\\.0+)?') THEN split_part({plain}, '.', 1) END"
        value = f"TRY_CAST({n} AS BIGINT)"
        checks.append((f"{t} IS NOT NULL AND {v} IS NULL", "not_an_integer"))
    elif column.kind is Kind.DATE:
        value = _date(t, rule, profile)
        checks.append((f"{t} IS NOT NULL AND {v} IS NULL", "not_a_date"))
        # %Y also takes two digits: 24 would become the year 24
        checks.append((f"{v} IS NOT NULL AND (year({v}) < 1900 OR year({v}) > 2200)", "date_out_of_range"))
    elif column.kind is Kind.TIMESTAMP:
        value = _timestamp(t, rule, profile)
        checks.append((f"{t} IS NOT NULL AND {v} IS NULL", "not_a_timestamp"))
        checks.append((f"{v} IS NOT NULL AND (year({v}) < 1900 OR year({v}) > 2200)", "date_out_of_range"))
    elif column.kind is Kind.BOOLEAN:
        value = _boolean(t, rule, profile)
        checks.append((f"{t} IS NOT NULL AND {v} IS NULL", "not_a_boolean"))
    else:
        value = f"coalesce({t}, {literal(column.default)})" if column.default else t
        if column.allowed:
            listed = ", ".join(literal(word) for word in column.allowed)
            checks.append((f"{t} IS NOT NULL AND {t} NOT IN ({listed})", "not_allowed"))
        if column.name.endswith("currency"):
            checks.append((f"{t} IS NOT NULL AND NOT regexp_full_match({t}, '[A-Z]{{3}}')", "not_a_currency"))
    if column.required and not may_be_empty:
        checks.append((f"{t} IS NULL AND {v} IS NULL", "missing_value"))
    cases = " ".join(f"WHEN {test} THEN '{code}'" for test, code in checks)
    return ColumnSql(text, normal, value, f"CASE {cases} END" if cases else "NULL")


def _cell(column: str, *, keep_mark: bool = False) -> str:
    name = identifier(column)
    return name if keep_mark else unmarked(name)


def unmarked(text: str) -> str:
    """`text` without the mark of a cell that is a number or date as such."""
    return f"ltrim({text}, {_MARK})"


def text_sql(rule: ColumnRule, profile: Profile, *, outside: str, keep_mark: bool) -> str:
    """The text of a column or derived column: its origin, then what the rule does to it.

    `outside` is the SQL for what is not in the row: the context's value, or what a lookup found.
    """
    changes = rule.map is not None or rule.extract is not None
    text = _origin(rule, profile, outside, keep_mark=keep_mark and not changes)
    if rule.extract is not None:
        group = 1 if re.compile(rule.extract).groups else 0
        text = f"nullif(regexp_extract({text}, {literal(rule.extract)}, {group}), '')"
    if rule.map is not None:
        cases = " ".join(
            f"WHEN {'_x_ IS NULL' if not key else f'_x_ = {literal(key)}'} THEN nullif({literal(word)}, '')"
            for key, word in rule.map.items()
        )
        other = f"nullif({literal(rule.otherwise)}, '')" if rule.otherwise is not None else f"{_UNMAPPED} || _x_"
        cases += f" WHEN _x_ IS NULL THEN NULL ELSE {other}"
        text = f"(SELECT CASE {cases} END FROM (SELECT {text} AS _x_))"
    if rule.default is not None:
        text = f"coalesce({text}, {literal(rule.default)})"
    return text


def _origin(rule: ColumnRule, profile: Profile, outside: str, *, keep_mark: bool) -> str:
    def cell(name: str) -> str:
        text = _cell(name, keep_mark=keep_mark)
        return f"regexp_replace({text}, '^(.?[0-9]+)\\.0+$', '\\1')" if rule.strip_float else text

    if rule.column is not None:
        cells = [cell(name) for name in rule.column]
        return f"coalesce({', '.join(cells)})" if len(cells) > 1 else cells[0]
    if rule.template is not None:
        parts = re.split(r"\{([^{}]+)\}", rule.template)
        return " || ".join(
            f"ltrim({cell(part)}, {_MARK})" if position % 2 else literal(part)
            for position, part in enumerate(parts)
            if part
        )
    if rule.constant is not None:
        return literal(rule.constant)
    if rule.cases is not None:
        answers = " ".join(f"WHEN {where_sql(case.when)} THEN {literal(case.then)}" for case in rule.cases)
        return f"CASE {answers} END"
    if rule.subtract is not None:
        return _difference(*rule.subtract, rule, profile)
    if rule.divide is not None:
        return _quotient(*rule.divide, rule, profile)
    return outside


def _difference(minuend: str, subtrahend: str, rule: ColumnRule, profile: Profile) -> str:
    """Exact. An empty cell is zero, two are nothing; what is no number is handed on, for whoever uses it to say so."""
    a, b = identifier(minuend), identifier(subtrahend)
    numbers = f"SELECT {_number(a, rule, profile)} AS _m, {_number(b, rule, profile)} AS _s"
    decimals = f"SELECT {_exact('_m')} AS _a, {_exact('_s')} AS _b FROM ({numbers})"
    text = "CAST(coalesce(_a, 0) - coalesce(_b, 0) AS VARCHAR)"
    return (
        f"CASE WHEN {a} IS NOT NULL OR {b} IS NOT NULL THEN (SELECT CASE WHEN {a} IS NOT NULL AND _a IS NULL THEN {a} "
        f"WHEN {b} IS NOT NULL AND _b IS NULL THEN {b} ELSE {_MARK} || regexp_replace({text}, '\\.?0+$', '') END "
        f"FROM ({decimals})) END"
    )


def _exact(number: str) -> str:
    """Null for what is no number, and for one too long to be kept as it is."""
    fits = f"length(rtrim(split_part({number}, '.', 2), '0')) <= 10"
    return f"CASE WHEN {fits} THEN TRY_CAST({number} AS DECIMAL(38,10)) END"


def _quotient(dividend: str, divisor: str, rule: ColumnRule, profile: Profile) -> str:
    """Ten decimals, half away from zero, worked out in whole numbers: DuckDB divides decimals as binary floats."""
    numbers = ", ".join(
        f"{_number(identifier(name), rule, profile)} AS {alias}" for name, alias in ((dividend, "_m"), (divisor, "_s"))
    )
    whole = ", ".join(
        f"TRY_CAST(replace(split_part({text}, '.', 1), '+', '') || rpad(left(split_part({text}, '.', 2), 10), 10, '0') "
        f"AS HUGEINT) AS {alias}"
        for text, alias in (("_m", "_a"), ("_s", "_b"))
    )
    quotient = "(abs(_a) * 20000000000 + abs(_b)) // (2 * abs(_b))"
    # a HUGEINT holds 38 digits: the dividend may have 17 before the point
    fits = "_b <> 0 AND abs(_a) < CAST('1000000000000000000000000000' AS HUGEINT)"
    sign = "CASE WHEN (_a < 0) <> (_b < 0) AND _q <> 0 THEN '-' ELSE '' END"
    text = "CAST(_q // 10000000000 AS VARCHAR) || '.' || lpad(CAST(_q % 10000000000 AS VARCHAR), 10, '0')"
    return (
        f"(SELECT {_MARK} || {sign} || {text} FROM (SELECT _a, _b, CASE WHEN {fits} THEN {quotient} END AS _q "
        f"FROM (SELECT {whole} FROM (SELECT {numbers}))))"
    )


def _number(t: str, rule: ColumnRule, profile: Profile) -> str:
    decimal = rule.decimal or profile.decimal or "."
    thousands = rule.thousands if rule.thousands is not None else profile.thousands or ()
    if " " in thousands:  # a space in a number is seldom the plain one
        thousands = (*thousands, "\u00a0", "\u202f")
    negative = rule.negative or profile.negative or ("minus",)
    body = f"replace({t}, '\u2212', '-')"
    for symbol in rule.symbols or profile.symbols or ():
        body = f"trim(replace({body}, {literal(symbol)}, ''))"
    signed = f"SELECT {body} AS _b_"
    if "parentheses" in negative:
        signed = f"SELECT CASE WHEN _b_ LIKE '(%)' THEN '-' || trim(_b_[2:-2]) ELSE _b_ END AS _b_ FROM ({signed})"
    if "trailing_minus" in negative:
        signed = f"SELECT CASE WHEN _b_ LIKE '%-' THEN '-' || trim(_b_[:-2]) ELSE _b_ END AS _b_ FROM ({signed})"
    point = re.escape(decimal)
    groups = "".join(f"|[0-9]{{1,3}}({re.escape(mark)}[0-9]{{3}})+" for mark in thousands)
    shape = f"[+-]?(([0-9]+{groups})({point}[0-9]+)?|{point}[0-9]+)"
    clean = "_b_"
    for mark in thousands:
        clean = f"replace({clean}, {literal(mark)}, '')"
    if decimal != ".":
        clean = f"replace({clean}, {literal(decimal)}, '.')"
    text_form = f"(SELECT CASE WHEN regexp_full_match(_b_, {literal(shape)}) THEN {clean} END FROM ({signed}))"
    native = f"CASE WHEN regexp_full_match({t}[2:], '-?[0-9]+(\\.[0-9]+)?') THEN {t}[2:] END"
    return f"CASE WHEN starts_with({t}, {_MARK}) THEN {native} ELSE {text_form} END"


def _rounded(n: str, kind: Kind, rule: ColumnRule) -> str:
    # 18 decimals hold the noise of any binary float, so that rounding happens once, half away from zero
    number = n if rule.round is None else f"round(TRY_CAST({n} AS DECIMAL(38,18)), {rule.round})"
    value = f"TRY_CAST({number} AS {kind.sql})"
    if rule.sign == "flip":
        return f"CAST(-{value} AS {kind.sql})"
    return f"CAST(abs({value}) AS {kind.sql})" if rule.sign == "absolute" else value


def _date(t: str, rule: ColumnRule, profile: Profile) -> str:
    formats = ", ".join(literal(f) for f in rule.dates or profile.dates or ("%Y-%m-%d",))
    iso = ", ".join(literal(f) for f in _ISO_DATES)
    return (
        f"CAST(CASE WHEN starts_with({t}, {_MARK}) THEN try_strptime({t}[2:], [{iso}]) "
        f"ELSE try_strptime({t}, [{formats}]) END AS DATE)"
    )


def _timestamp(t: str, rule: ColumnRule, profile: Profile) -> str:
    plain = unmarked(t)
    iso = (
        f"CASE WHEN regexp_full_match({plain}, {literal(_ISO_TIMESTAMP)}) "
        f"THEN TRY_CAST({plain} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
    )
    formats = rule.dates or tuple(f for f in profile.dates or () if "%H" in f)
    if not formats:
        return iso
    return f"coalesce(try_strptime({t}, [{', '.join(literal(f) for f in formats)}]), {iso})"


def _boolean(t: str, rule: ColumnRule, profile: Profile) -> str:
    yes = ", ".join(literal(word.lower()) for word in rule.true or profile.true or _TRUE)
    no = ", ".join(literal(word.lower()) for word in rule.false or profile.false or _FALSE)
    return f"CASE WHEN lower({t}) IN ({yes}) THEN true WHEN lower({t}) IN ({no}) THEN false END"
