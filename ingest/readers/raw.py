"""What every reader hands on: rows of text cells with the line they stood on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

from ingest.errors import TooLarge

ROW = "_row"
PROBLEM = "_problem"
# Put before a number or date that the file holds as such (XLSX, Parquet, JSON): it reads in canonical form
# (ISO date, decimal point) whatever separators the profile names for its text cells.
NATIVE = "\x1f"
MAIN = "rows"

_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold; larger ones are refused before they can exhaust the machine."""

    max_bytes: int = 2_000_000_000
    max_rows: int = 20_000_000
    max_cell_chars: int = 1_000_000


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows as they stand in the file.

    `table` has one string column per source column (null = empty cell), `_row` (BIGINT: physical line or row
    number, from 1) and `_problem` (text code or null: why the line as a whole cannot be read).
    """

    columns: tuple[str, ...]
    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True, slots=True)
class RawFile:
    """All record sets of a file: one called `rows` for tables; `transactions` and `statements` for bank files."""

    sets: dict[str, RawTable]
    notes: tuple[str, ...] = field(default=())

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of every record set, in order, once."""
        return tuple(dict.fromkeys(name for table in self.sets.values() for name in table.columns))


Cells = Sequence[str | None]


def tabulate(
    columns: Sequence[str],
    rows: Iterable[tuple[int, str | None, Cells]],
    limits: Limits,
    where: str,
) -> RawTable:
    """Rows of (line, problem, cells) as a RawTable, built in chunks so that Python holds few cells at a time.

    Cells beyond the header are dropped and missing ones are empty; the reader reports either through `problem`.
    Raises TooLarge past `limits.max_rows`.
    """
    width = len(columns)
    schema = pa.schema([(ROW, pa.int64()), (PROBLEM, pa.string()), *((name, pa.string()) for name in columns)])
    batches: list[pa.RecordBatch] = []
    iterator = iter(rows)
    total = 0
    while chunk := list(islice(iterator, _CHUNK)):
        total += len(chunk)
        if total > limits.max_rows:
            raise TooLarge(
                "too many rows",
                where=where,
                found=f"more than {limits.max_rows:,}",
                expected=f"at most {limits.max_rows:,} rows in one file",
                next_step="split the export, by month for instance, and load the parts",
            )
        padded = [cells if len(cells) == width else (list(cells) + [None] * width)[:width] for _, _, cells in chunk]
        data = list(zip(*padded, strict=True)) if width else []
        arrays = [
            pa.array([line for line, _, _ in chunk], pa.int64()),
            pa.array([problem for _, problem, _ in chunk], pa.string()),
            *(pa.array(column, pa.string()) for column in data),
        ]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return RawTable(tuple(columns), pa.Table.from_batches(batches, schema=schema))


def clean_header(cells: Iterable[str | None]) -> tuple[str, ...]:
    """Column names as the profile may name them: trimmed, one blank for any run of blanks, each only once.

    An unnamed column is called `column_<n>` (from 1); a repeated name gets ` (2)`, ` (3)`.
    """
    names: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = " ".join((cell or "").replace("\ufeff", "").removeprefix(NATIVE).split()) or f"column_{position}"
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        names.append(name if seen[name.casefold()] == 1 else f"{name} ({seen[name.casefold()]})")
    return tuple(names)
