"""What an entity of the contract is made of: columns, their kinds, and the key that identifies a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Type of a column, independent of any engine."""

    TEXT = "text"
    DATE = "date"
    TIMESTAMP = "timestamp"
    MONEY = "money"
    RATE = "rate"
    INTEGER = "integer"
    BOOLEAN = "boolean"

    @property
    def sql(self) -> str:
        """The DuckDB type that holds it; money has 4 decimals inside, rates 10."""
        return _SQL_TYPES[self]


_SQL_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.MONEY: "DECIMAL(18,4)",
    Kind.RATE: "DECIMAL(28,10)",
    Kind.INTEGER: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an entity.

    `allowed` lists the only values a text column may hold; `default` is what an empty value means; `at_most` is the
    largest size of a number, whatever its sign.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    allowed: tuple[str, ...] = ()
    default: str | None = None
    at_most: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """One table of the raw contract. A later row with the same `key` is a new version of the row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    about: str

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")

    @property
    def column_names(self) -> tuple[str, ...]:
        """Every column, in the contract's order."""
        return tuple(column.name for column in self.columns)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Columns a row can't be without."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def money_columns(self) -> tuple[str, ...]:
        """Columns that hold amounts."""
        return tuple(column.name for column in self.columns if column.kind is Kind.MONEY)


# Every row of the lake carries where it came from.
LINEAGE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("_source", "VARCHAR"),
    ("_file_sha256", "VARCHAR"),
    ("_file_name", "VARCHAR"),
    ("_row", "BIGINT"),
    ("_loaded_at", "TIMESTAMP"),
    ("_loaded_on", "DATE"),  # the company's date then: an open-items list settles what it lacks on that day
    ("_batch_seq", "BIGINT"),
    ("_load_mode", "VARCHAR"),
)
