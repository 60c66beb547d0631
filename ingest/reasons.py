"""Why a row was rejected, in words, by stable code: English and Spanish."""

from __future__ import annotations

from dataclasses import dataclass

_WORDS: dict[str, tuple[str, str]] = {
    "missing_value": ("{field} is empty; it is required", "{field} está vacío; es obligatorio"),
    "not_a_number": (
        '"{value}" is not a number as this source writes them{expected}',
        '"{value}" no es un número como los escribe esta fuente{expected}',
    ),
    "too_many_decimals": (
        '"{value}" has more decimals than {field} can hold; rounding it would lose money',
        '"{value}" tiene más decimales de los que admite {field}; redondear perdería dinero',
    ),
    "out_of_range": ('"{value}" is too large for {field}', '"{value}" es demasiado grande para {field}'),
    "not_an_integer": ('"{value}" is not a whole number', '"{value}" no es un número entero'),
    "not_a_date": (
        '"{value}" is not a date that exists{expected}',
        '"{value}" no es una fecha que exista{expected}',
    ),
    "date_out_of_range": (
        '"{value}" is outside the years 1900 to 2200; is the year written with two digits?',
        '"{value}" queda fuera de los años 1900 a 2200; ¿está el año escrito con dos dígitos?',
    ),
    "not_a_timestamp": (
        '"{value}" is not a date and time (ISO 8601)',
        '"{value}" no es una fecha y hora (ISO 8601)',
    ),
    "not_a_boolean": ('"{value}" is neither yes nor no{expected}', '"{value}" no es ni sí ni no{expected}'),
    "not_allowed": (
        '"{value}" is not a value of {field}{expected}',
        '"{value}" no es un valor de {field}{expected}',
    ),
    "not_in_map": (
        '"{value}" is not in the list the profile gives for {field}{expected}',
        '"{value}" no está en la lista que el perfil da para {field}{expected}',
    ),
    "not_a_currency": (
        '"{value}" is not a currency code of three capital letters (ISO 4217)',
        '"{value}" no es un código de moneda de tres mayúsculas (ISO 4217)',
    ),
    "duplicate_key": (
        "{field} {value} is already on line {first}; the first one was kept",
        "{field} {value} ya está en la línea {first}; se conservó la primera",
    ),
    "too_many_cells": (
        "the line has more cells than the header has columns",
        "la línea tiene más celdas que columnas el encabezado",
    ),
    "too_few_cells": (
        "the line has fewer cells than the header has columns",
        "la línea tiene menos celdas que columnas el encabezado",
    ),
    "not_json": ("the line is not a JSON object", "la línea no es un objeto JSON"),
    "not_a_statement_line": (
        "the :61: line does not follow the MT940 format (dates, mark, amount)",
        "la línea :61: no sigue el formato MT940 (fechas, marca, importe)",
    ),
    "no_entity": (
        "the row fits none of the kinds of row the profile knows",
        "la fila no corresponde a ninguna de las clases de fila que conoce el perfil",
    ),
}
_EXPECTED = ("; expected {list}", "; se esperaba {list}")
CODES = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason why one row was left out. `line` counts from 1 as in the file; `column` is the file's own name."""

    line: int
    entity: str | None
    column: str | None
    value: str | None
    code: str
    reason: str
    reason_es: str

    def as_json(self) -> dict[str, object]:
        """Plain fields, as `cartera sources try --json` prints them."""
        return {name: getattr(self, name) for name in self.__slots__}


def explain(
    code: str,
    *,
    line: int,
    entity: str | None = None,
    column: str | None = None,
    field: str = "",
    value: str | None = None,
    expected: str = "",
    first: int | None = None,
) -> Reject:
    """The Reject for `code`; KeyError for a code that is not in CODES."""
    words = [
        template.format(
            field=field or column or "",
            value=value if value is not None else "",
            first=first,
            expected=tail.format(list=expected) if expected else "",
        )
        for template, tail in zip(_WORDS[code], _EXPECTED, strict=True)
    ]
    return Reject(line, entity, column, value, code, words[0], words[1])
