"""The language of a source profile, as validated models. See docs/how-to/write-a-profile.md."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ingest.contract import ENTITIES, Kind

Format = Literal["delimited", "xlsx", "parquet", "jsonl", "mt940", "camt"]
Negative = Literal["minus", "trailing_minus", "parentheses"]


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _regular_expression(value: str | None) -> str | None:
    if value is not None:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return value


class Condition(_Strict):
    """What a cell must be; all that is given must hold. Short forms: a text, or a list of texts."""

    one_of: Texts | None = Field(default=None, alias="in")
    none_of: Texts | None = Field(default=None, alias="not")
    matches: str | None = None
    not_matches: str | None = None
    empty: bool | None = None

    _check = field_validator("matches", "not_matches")(_regular_expression)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"in": value} if isinstance(value, str | list | tuple) else value


Where = dict[str, Condition]


class NumberStyle(_Strict):
    """How numbers and dates are written; on a column it overrides the profile."""

    decimal: Literal[".", ","] | None = None
    thousands: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] | None = None
    negative: Annotated[tuple[Negative, ...], BeforeValidator(_as_tuple)] | None = None
    symbols: Texts | None = None
    dates: Texts | None = None
    true: Texts | None = None
    false: Texts | None = None

    @model_validator(mode="after")
    def _separators_differ(self) -> Self:
        if self.decimal is not None and self.thousands is not None and self.decimal in self.thousands:
            raise ValueError("decimal and thousands are the same sign")
        return self


class ColumnRule(NumberStyle):
    """Where the value of one contract column comes from: exactly one of column, constant, template, context.

    column: a source column, or several: the first that is not empty · constant: always this text · template: text
    with {SourceColumn} in braces, empty if any of them is empty · context: `company`, told by who loads the file.
    """

    column: Texts | None = None
    constant: str | None = None
    template: str | None = None
    context: Literal["company"] | None = None
    by: str | None = None
    map: dict[str, str] | None = None
    otherwise: str | None = None
    default: str | None = None
    strip_float: bool = False
    round: int | None = Field(default=None, ge=0, le=4)
    sign: Literal["as_is", "flip", "absolute"] = "as_is"

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str | list | tuple) else value

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [n for n in ("column", "constant", "template", "context") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of column, constant, template, context (given: {given or 'none'})")
        if self.otherwise is not None and self.map is None:
            raise ValueError("otherwise goes with map")
        if self.by is not None and self.context is None:
            raise ValueError("by goes with context")
        if self.column is not None and not self.column:
            raise ValueError("name at least one column")
        return self

    @property
    def template_columns(self) -> tuple[str, ...]:
        """The source columns named in braces."""
        return tuple(re.findall(r"\{([^{}]+)\}", self.template or ""))

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the file this rule reads."""
        return (self.column or ()) + self.template_columns + ((self.by,) if self.by else ())


class EntityRule(_Strict):
    """Rows of one entity of the contract, made from the rows of one record set that satisfy `where`.

    distinct: rows with the same key collapse into one (derived master data); otherwise a repeated key is rejected.
    control: this entity's `amount` counts in the file's control total (default: the first entity that has one).
    """

    entity: str
    record_set: str = Field(default="rows", alias="from")
    where: Where = Field(default_factory=dict)
    distinct: bool = False
    control: bool | None = None
    columns: dict[str, ColumnRule]

    @model_validator(mode="after")
    def _fits_contract(self) -> Self:
        if self.entity not in ENTITIES:
            raise ValueError(f"entity {self.entity!r} is not in the contract; allowed: {', '.join(ENTITIES)}")
        entity = ENTITIES[self.entity]
        unknown = [name for name in self.columns if name not in entity.column_names]
        if unknown:
            raise ValueError(
                f"{self.entity} has no column {', '.join(unknown)}; allowed: {', '.join(entity.column_names)}"
            )
        missing = [name for name in entity.required_columns if name not in self.columns]
        if missing:
            raise ValueError(f"{self.entity} needs {', '.join(missing)}")
        for name, rule in self.columns.items():
            kind = entity.column(name).kind
            if kind not in (Kind.MONEY, Kind.RATE) and (rule.round is not None or rule.sign != "as_is"):
                raise ValueError(f"{name} is {kind.value}: round and sign are for numbers")
        return self

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the file this entity reads, conditions included, each once."""
        used = [name for rule in self.columns.values() for name in rule.source_columns]
        return tuple(dict.fromkeys([*used, *self.where]))


class ReaderOptions(_Strict):
    """How the file is opened.

    delimiter: one character, none = whichever of , ; tab | the header holds most · encoding: tried in this order ·
    header_row: the line of the column names, from 1 · sheet: of a workbook, none = the first visible ·
    skip: rows that are not data (totals), dropped before anything is counted: a row that satisfies one of them.
    """

    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: Texts = ("utf-8",)
    quote: str = Field(default='"', max_length=1)
    header_row: int = Field(default=1, ge=1, le=1000)
    sheet: str | None = None
    skip: tuple[Where, ...] = ()

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            try:
                "".encode(name)
            except LookupError as error:
                raise ValueError(f"no encoding is called {name!r}; usual ones: utf-8, cp1252, latin-1") from error
        if not value:
            raise ValueError("name at least one encoding")
        return value


class Recognise(_Strict):
    """How a file of this kind is told from others.

    columns: must be in the header (default: all the profile reads) · file: glob the name must match · contains: text
    in the first 64 kB · values: source column → regular expression most of its first values match.
    """

    columns: tuple[str, ...] | None = None
    file: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] | None = None
    contains: str | None = None
    values: dict[str, str] = Field(default_factory=dict)

    @field_validator("values")
    @classmethod
    def _expressions(cls, value: dict[str, str]) -> dict[str, str]:
        for expression in value.values():
            _regular_expression(expression)
        return value


class Title(_Strict):
    """What people call the source."""

    es: str
    en: str


class Profile(NumberStyle):
    """One kind of export. `entities: by_file_name` is for files that already speak the contract."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    about: str = ""
    format: Annotated[tuple[Format, ...], BeforeValidator(_as_tuple)]
    load: Literal["delta", "snapshot"]
    reject_limit: Decimal = Field(default=Decimal("0.01"), ge=0, le=1)
    allow_empty: bool | None = None
    extra_columns: Literal["ignore", "error"] = "ignore"
    nulls: Texts = ()
    reader: ReaderOptions = ReaderOptions()
    recognise: Recognise = Recognise()
    entities: tuple[EntityRule, ...] | Literal["by_file_name"]
    version: str = ""

    @property
    def rules(self) -> tuple[EntityRule, ...]:
        """The entity rules; empty for a profile that takes the entity from the file's name."""
        return self.entities if isinstance(self.entities, tuple) else ()

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Every column of the file the profile reads, each once."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.source_columns))

    @property
    def accepts_empty(self) -> bool:
        """A file with a header and no rows: fine for a delta; a snapshot without rows would close every open item."""
        return self.load == "delta" if self.allow_empty is None else self.allow_empty
