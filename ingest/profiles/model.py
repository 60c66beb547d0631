"""The language of a source profile, as validated models. See docs/how-to/write-a-profile.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
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


class Case(_Strict):
    """One of several answers: `then`, where all of `when` holds."""

    when: Where
    then: str


class Lookup(_Strict):
    """A cell of another row: the first that is not empty among the rows whose `key` holds what `match` holds here.

    source: the profile of a companion file; none: this very file · key: the column there, none: named as `match` ·
    missing: what to do when no file of that source is there (see ingest/companions.py).
    """

    source: str | None = None
    match: str
    key: str | None = None
    take: str
    missing: Literal["refuse", "empty"] = "refuse"

    @property
    def key_column(self) -> str:
        """The column of the other rows."""
        return self.key or self.match


Pair = Annotated[tuple[str, str], Field(min_length=2, max_length=2)]
_ORIGINS = ("column", "constant", "template", "context", "cases", "subtract", "divide", "lookup")


class ColumnRule(NumberStyle):
    """Where the value of one column comes from: exactly one of the origins.

    column: a source column, or several: the first that is not empty · constant: always this text · template: text
    with {SourceColumn} in braces, empty if any of them is empty · context: told by who loads the file: `company`, or
    `currency`, the one it keeps its books in · cases: the first whose conditions hold · subtract, divide: two columns
    of numbers, exact; a difference takes an empty cell for zero, a quotient has ten decimals · lookup: another row.
    """

    column: Texts | None = None
    constant: str | None = None
    template: str | None = None
    context: Literal["company", "currency"] | None = None
    by: str | None = None
    cases: tuple[Case, ...] | None = None
    subtract: Pair | None = None
    divide: Pair | None = None
    lookup: Lookup | None = None
    extract: str | None = None
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
        given = [n for n in _ORIGINS if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_ORIGINS)} (given: {', '.join(given) or 'none'})")
        if self.otherwise is not None and self.map is None:
            raise ValueError("otherwise goes with map")
        if self.by is not None and self.context != "company":
            raise ValueError("by goes with context: company")
        if self.column is not None and not self.column:
            raise ValueError("name at least one column")
        if self.cases is not None and not self.cases:
            raise ValueError("give at least one case")
        return self

    _expression = field_validator("extract")(_regular_expression)

    @property
    def template_columns(self) -> tuple[str, ...]:
        """The source columns named in braces."""
        return tuple(re.findall(r"\{([^{}]+)\}", self.template or ""))

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns this rule reads, derived ones as they are named."""
        of_cases = tuple(name for case in self.cases or () for name in case.when)
        of_lookup: tuple[str, ...] = (self.lookup.match,) if self.lookup else ()
        if self.lookup and self.lookup.source is None:
            of_lookup += (self.lookup.key_column, self.lookup.take)
        pairs = (self.subtract or ()) + (self.divide or ())
        return (
            (self.column or ()) + self.template_columns + ((self.by,) if self.by else ()) + of_cases + pairs + of_lookup
        )


class EntityRule(_Strict):
    """Rows of one entity of the contract, made from the rows of one record set that satisfy `where`.

    distinct: rows with the same key collapse into one (derived master data); otherwise a repeated key is rejected.
    accumulate: rows are movements; kept is their running sum at each month's end and on the file's last day.
    control: this entity's `amount` counts in the file's control total (default: the first entity that has one).
    """

    entity: str
    record_set: str = Field(default="rows", alias="from")
    where: Where = Field(default_factory=dict)
    distinct: bool = False
    accumulate: Literal["month_end"] | None = None
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
            if rule.lookup is not None:
                raise ValueError(f"{name}: a lookup has its place under derived")
        if self.accumulate and not self.accumulated:
            raise ValueError(f"{self.entity} has no amount by date to accumulate; gl_balances has")
        if self.accumulate and self.distinct:
            raise ValueError("distinct and accumulate exclude each other")
        return self

    @property
    def accumulated(self) -> tuple[str, str] | None:
        """The entity's date in its key and its one required amount: what `accumulate` sums, and up to when."""
        entity = ENTITIES[self.entity]
        dates = [name for name in entity.key if entity.column(name).kind is Kind.DATE]
        amounts = [name for name in entity.money_columns if entity.column(name).required]
        return (dates[0], amounts[0]) if len(dates) == 1 and len(amounts) == 1 else None

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns this entity reads, conditions and derived ones included, each once."""
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

    columns: must be in the header (default: all the profile reads) · any_of: lists of columns, one of which must be
    in the header · file: glob the name must match · contains: text in the first 64 kB · values: source column →
    regular expression most of its first values match.
    """

    columns: tuple[str, ...] | None = None
    any_of: tuple[tuple[str, ...], ...] | None = None
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
    """One kind of export.

    derived: columns the file does not have, made from those it has in the order written; used like its own.
    entities: rules; or `by_file_name` for files that already speak the contract; or `reference` for a file that only
    other files look things up in; or `unused` for one that is known and not needed. The last two become no rows.
    """

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
    derived: dict[str, ColumnRule] = Field(default_factory=dict)
    entities: tuple[EntityRule, ...] | Literal["by_file_name", "reference", "unused"]
    version: str = ""

    @model_validator(mode="after")
    def _derived_in_order(self) -> Self:
        names = list(self.derived)
        for place, (name, rule) in enumerate(self.derived.items()):
            later = [used for used in rule.source_columns if used in names[place:]]
            if later:
                raise ValueError(f"{name} needs {', '.join(later)}, which must be derived before it")
            if rule.round is not None or rule.sign != "as_is":
                raise ValueError(f"{name} is derived: round and sign belong where a contract column uses it")
        if self.has_no_rows and not (self.recognise.columns or self.recognise.any_of):
            raise ValueError(f"entities: {self.entities} needs recognise: columns, or it would fit every file")
        return self

    @property
    def rules(self) -> tuple[EntityRule, ...]:
        """The entity rules; empty for a profile that takes the entity from the file's name."""
        return self.entities if isinstance(self.entities, tuple) else ()

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Every column of the file the profile reads, each once."""
        read = [name for rule in self.rules for name in self.columns_of(rule.source_columns)]
        skipped = [name for where in self.reader.skip for name in where if name in self.derived]
        return tuple(dict.fromkeys((*read, *self.columns_of(skipped))))

    def columns_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The file's own columns behind these names: a derived one stands for those it is made from. Each once."""
        found: list[str] = []
        for name in names:
            rule = self.derived.get(name)
            found += self.columns_of(rule.source_columns) if rule else [name]
        return tuple(dict.fromkeys(found))

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """Every lookup in another file."""
        found = (rule.lookup for rule in self.derived.values())
        return tuple(lookup for lookup in found if lookup is not None and lookup.source is not None)

    @property
    def has_no_rows(self) -> bool:
        """A file that is kept and becomes nothing of its own."""
        return self.entities in ("reference", "unused")

    @property
    def accepts_empty(self) -> bool:
        """A file with a header and no rows: fine for a delta; a snapshot without rows would close every open item."""
        return self.load == "delta" if self.allow_empty is None else self.allow_empty
