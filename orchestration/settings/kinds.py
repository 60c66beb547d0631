"""What all settings models share: strictness, and kinds of text."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

Language = Literal["es", "en"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\r\n]+$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Strict(BaseModel):
    """Read once, never changed; a key nobody knows is an error, not silence.

    A known key without a value counts as not written, so that the templates may leave lines to fill in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unwritten(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


@cache
def _currencies() -> frozenset[str]:
    from babel.core import get_global  # a pickled table: read when a currency is checked, not at start

    return frozenset(get_global("all_currencies"))


def currency_code(text: str) -> str:
    """An ISO 4217 code as it is; ValueError, saying what is expected, when it is none."""
    if text not in _currencies():
        raise ValueError("a currency as three capital letters (ISO 4217), for example MXN, COP, CLP, PEN or USD")
    return text


Currency = Annotated[str, AfterValidator(currency_code)]
