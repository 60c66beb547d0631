"""Checks that follow from the contract alone: columns and types, required values, allowed values, keys, currencies."""

from __future__ import annotations

from collections.abc import Iterable

from babel.numbers import list_currencies

from ingest.contract import Entity, Kind
from ingest.quality.checks.model import Check, Severity, quoted, rows_where, shown_as_text

# What the company's calendar can hold: before it, a date was read with the wrong century or the wrong format.
EARLIEST_DATE = "1990-01-01"

_IS_CODE = "regexp_full_match({}, '[A-Z][A-Z][A-Z]')"

# The day on which an entity's business happened. Others (a customer's first day, the end of a waiver) may lie anywhere.
_EVENT_DATES = {
    "documents": "issue_date",
    "applications": "applied_on",
    "bank_transactions": "booked_on",
    "disputes": "opened_on",
    "promises": "promised_on",
    "contacts": "at",
    "orders": "ordered_on",
    "gl_balances": "as_of",
    "fx_rates": "rate_date",
    "sales": "month",
    "supplier_terms": "month",
}


def generated_checks(entity: Entity) -> tuple[Check, ...]:
    """The checks of `entity` that its contract implies, each one query whatever the number of columns."""
    checks = [_columns(entity), _lineage(entity), _required(entity)]
    if any(column.allowed for column in entity.columns):
        checks.append(_allowed(entity))
    checks.append(_key(entity))
    if _currency_columns(entity):
        checks += [_currency_shape(entity), _currency_known(entity)]
    if entity.name in _EVENT_DATES:
        checks += [_not_ancient(entity), _not_far_ahead(entity)]
    return tuple(checks)


def _columns(entity: Entity) -> Check:
    # `column_deviation` is filled from the files themselves (see duck.py): the views put every file into one shape.
    return Check(
        entity=entity.name,
        check_id="columns",
        severity=Severity.BLOCKING,
        breaches="SELECT d.batch_id, 0 AS line, d.deviation AS example FROM column_deviation AS d "
        f"WHERE d.entity = '{entity.name}'",
        expected="names and types of the contract",
        words_es="Las columnas y sus tipos son los del contrato.",
        words_en="The columns and their types are those of the contract.",
    )


def _lineage(entity: Entity) -> Check:
    return Check(
        entity=entity.name,
        check_id="lineage",
        severity=Severity.BLOCKING,
        breaches=rows_where(
            "_file_sha256 IS DISTINCT FROM batch_id OR _row IS NULL OR _row < 1 OR _source IS NULL"
            " OR _loaded_at IS NULL OR _batch_seq IS NULL",
            "_file_sha256",
            "_row",
            "_source",
            "_loaded_at",
            "_batch_seq",
        ),
        expected="source, file, row, load time and sequence on every row",
        words_es="Cada fila dice de qué fuente, archivo y línea viene.",
        words_en="Every row says which source, file and line it comes from.",
    )


def _required(entity: Entity) -> Check:
    empty = {
        column.name: f"{quoted(column.name)} IS NULL"
        + (f" OR trim({quoted(column.name)}) = ''" if column.kind is Kind.TEXT else "")
        for column in entity.columns
        if column.required
    }
    named = ", ".join(f"CASE WHEN {condition} THEN '{name}=∅' END" for name, condition in empty.items())
    anywhere = " OR ".join(f"({condition})" for condition in empty.values())
    names = ", ".join(empty)
    return Check(
        entity=entity.name,
        check_id="required_filled",
        severity=Severity.BLOCKING,
        breaches=f"SELECT batch_id, line, concat_ws(', ', {named}) AS example FROM {{batch}} WHERE {anywhere}",
        expected=f"not empty: {names}",
        words_es=f"Las columnas obligatorias tienen valor: {names}.",
        words_en=f"The required columns hold a value: {names}.",
    )


def _allowed(entity: Entity) -> Check:
    outside = {
        column.name: f"{quoted(column.name)} NOT IN ({_listed(column.allowed)})"
        for column in entity.columns
        if column.allowed
    }
    named = ", ".join(f"CASE WHEN {condition} THEN {shown_as_text(name)} END" for name, condition in outside.items())
    listed = "; ".join(f"{column.name}: {', '.join(column.allowed)}" for column in entity.columns if column.allowed)
    return Check(
        entity=entity.name,
        check_id="values_allowed",
        severity=Severity.BLOCKING,
        breaches=f"SELECT batch_id, line, concat_ws(', ', {named}) AS example FROM {{batch}} "
        f"WHERE {' OR '.join(outside.values())}",
        expected=listed,
        words_es=f"Los códigos son de los que admite el contrato ({', '.join(outside)}).",
        words_en=f"Codes are among those the contract allows ({', '.join(outside)}).",
    )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _key(entity: Entity) -> Check:
    # Two rows that became known at different times are two versions of a row, not a duplicate.
    names = (*entity.key, *(("recorded_at",) if "recorded_at" in entity.column_names else ()))
    parts = [_key_part(entity, name) for name in names]
    numbers = ", ".join(str(position) for position in range(2, len(names) + 2))
    aliased = ", ".join(f"{part} AS {quoted(name)}" for part, name in zip(parts, names, strict=True))
    shown = shown_as_text(*entity.key)
    keys = ", ".join(entity.key)
    return Check(
        entity=entity.name,
        check_id="key_unique",
        severity=Severity.BLOCKING,
        breaches=f"SELECT batch_id, line, {shown} || ', n=' || n AS example FROM ("
        f"SELECT batch_id, {aliased}, min(line) AS line, count(*) AS n FROM {{batch}} "
        f"GROUP BY 1, {numbers} HAVING count(*) > 1) AS repeated",
        expected=f"one row by {keys} (and time of recording)",
        words_es=f"Ninguna clave se repite dentro del archivo ({keys}).",
        words_en=f"No key repeats within the file ({keys}).",
    )


def _key_part(entity: Entity, name: str) -> str:
    default = entity.column(name).default
    return quoted(name) if default is None else f"coalesce({quoted(name)}, '{default}')"


def _currency_columns(entity: Entity) -> tuple[str, ...]:
    return tuple(name for name in entity.column_names if name == "currency" or name.endswith("_currency"))


def _currency_shape(entity: Entity) -> Check:
    names = _currency_columns(entity)
    wrong = " OR ".join(f"NOT {_IS_CODE.format(quoted(name))}" for name in names)
    return Check(
        entity=entity.name,
        check_id="currency_code",
        severity=Severity.BLOCKING,
        breaches=rows_where(wrong, *names),
        expected="three capital letters (ISO 4217)",
        words_es="Las monedas son códigos ISO 4217 de tres letras mayúsculas.",
        words_en="Currencies are ISO 4217 codes of three capital letters.",
    )


def _currency_known(entity: Entity) -> Check:
    names = _currency_columns(entity)
    known = _listed(sorted(list_currencies()))
    # what is no code at all is `currency_code`'s to tell
    unknown = (f"({quoted(name)} NOT IN ({known}) AND {_IS_CODE.format(quoted(name))})" for name in names)
    return Check(
        entity=entity.name,
        check_id="currency_known",
        severity=Severity.WARNING,
        breaches=rows_where(" OR ".join(unknown), *names),
        expected="a currency that exists or existed",
        words_es="Las monedas existen o han existido.",
        words_en="Currencies exist or have existed.",
    )


def _not_ancient(entity: Entity) -> Check:
    name = _EVENT_DATES[entity.name]
    return Check(
        entity=entity.name,
        check_id="date_not_ancient",
        severity=Severity.BLOCKING,
        breaches=rows_where(f"{quoted(name)} < DATE '{EARLIEST_DATE}'", name),
        expected=f"{name} >= {EARLIEST_DATE}",
        words_es=f"{name} no es anterior a {EARLIEST_DATE} (un siglo o un formato de fecha mal leído).",
        words_en=f"{name} is not before {EARLIEST_DATE} (a century or a date format misread).",
    )


def _not_far_ahead(entity: Entity) -> Check:
    # A warning, not a block: the clock is injected, and a home set to a past day rightly sees later files.
    name = _EVENT_DATES[entity.name]
    return Check(
        entity=entity.name,
        check_id="date_not_far_ahead",
        severity=Severity.WARNING,
        breaches=rows_where(f"CAST({quoted(name)} AS DATE) > DATE '{{loaded_on}}' + INTERVAL 2 YEAR", name),
        expected=f"{name} <= load date + 2 years",
        words_es=f"{name} no está más de dos años por delante de la carga.",
        words_en=f"{name} is not more than two years ahead of the load.",
    )
