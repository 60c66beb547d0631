"""From pydantic's errors to problems in words: line, field, what was found, what is allowed, what to do."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from orchestration.settings.yaml_source import Place, Source

_EXPECTED = {
    "missing": "a value: this key is required",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "bool_parsing": "true or false",
    "date_from_datetime_parsing": "a day as YYYY-MM-DD, for example 2026-06-30",
    "date_parsing": "a day as YYYY-MM-DD, for example 2026-06-30",
    "date_type": "a day as YYYY-MM-DD, for example 2026-06-30",
    "decimal_parsing": "a number with a decimal point and no thousands separator, for example 0.20",
    "decimal_type": "a number with a decimal point and no thousands separator, for example 0.20",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list (lines that start with `- `, or [a, b])",
    "list_type": "a list (lines that start with `- `, or [a, b])",
    "dict_type": "a group of `name: value` lines",
    "model_type": "a group of `name: value` lines",
    "model_attributes_type": "a group of `name: value` lines",
}
_PATTERNS = {
    r"^[A-Z][A-Z0-9_]*$": "the NAME of an environment variable in capitals (never the secret itself)",
    r"^[^@\s<>,;]+@[^@\s<>,;]+$": "a mail address, for example ana@example.com",
    r"^[^\r\n]*[^@\s]+@[^@\s]+$": "a mail address, for example Cartera <cartera@example.com>",
    r"^https?://[^\s]+$": "an address that starts with http:// or https://",
    r"^[^\r\n]+$": "text on one line",
}


def note_errors(error: ValidationError, source: Source, model: type[BaseModel], at: Place = ()) -> None:
    """Note every error of a failed validation of `model`, which was given what stands at `at` in the file."""
    for detail in error.errors(include_url=False, include_input=False):
        place = (*at, *_place(detail["loc"]))
        kind = detail["type"]
        if kind == "extra_forbidden":
            _note_unknown_key(source, model, at, place)
            continue
        source.complain(
            place,
            found=_found(source, place, about_key="[key]" in detail["loc"]),
            expected=_expected(kind, detail.get("ctx", {}), detail["msg"]),
            next_step="add the key" if kind == "missing" else "change the value in that line",
        )


def _place(loc: tuple[int | str, ...]) -> Place:
    """Where in the file: pydantic's own marks (a key, a member of a union) stand in brackets."""
    return tuple(step for step in loc if not (str(step).startswith("[") and str(step).endswith("]")))


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "literal_error":
        return f"one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"text of the form {context['pattern']}")
    if kind == "value_error":
        return str(context["error"])
    return _EXPECTED.get(kind) or message.removeprefix("Input should be ")


def _found(source: Source, place: Place, *, about_key: bool) -> str:
    value = source.value(place)
    if about_key:
        return f"the key {place[-1]!r}"
    if value is None:
        return "nothing"
    if str(place[-1]).endswith("_env"):
        return "something else"  # perhaps the secret itself, put there by mistake: never shown
    return _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a group of `name: value` lines"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…'"


def _note_unknown_key(source: Source, model: type[BaseModel], at: Place, place: Place) -> None:
    key = str(place[-1])
    owner = _model_at(model, place[len(at) : -1])
    known = sorted(owner.model_fields) if owner else []
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    source.complain(
        place,
        found=f"the unknown key {key!r}",
        expected="one of " + ", ".join(known) if known else "no such key",
        next_step=f"did you mean {near[0]!r}?" if near else "remove the line",
    )


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model that holds the keys at a place, found by walking the annotations."""
    current: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, int):
            continue
        field = current.model_fields.get(step) if current else None
        current = next(_models_in(field.annotation), None) if field else None
    return current


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, types.UnionType, tuple, list, dict, Annotated):
        for argument in get_args(annotation):
            if get_origin(argument) is not Literal:
                yield from _models_in(argument)
