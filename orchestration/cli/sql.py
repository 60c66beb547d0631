"""`cartera sql`: a read-only query of the published file, exact in every form."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import duckdb

from orchestration.cli.common import Call
from orchestration.console import Console, jsonable
from orchestration.errors import BadInput, WrongUsage

SHOWN_AT_MOST = 1000
_CHUNK = 10_000
Rows = Iterator[tuple[Any, ...]]


def sql(call: Call, query: str, *, form: str | None, output: Path | None) -> None:
    """Run `query` and print or write its answer. Decimals keep every digit: text in JSON, plain digits elsewhere."""
    if form is None:
        form = "json" if call.as_json else "table"
    elif call.as_json and form != "json":
        raise WrongUsage(
            "--json and --format say different things",
            found=f"--json with --format {form}",
            expected="one of the two",
            next_step="leave one of them out",
        )
    if form == "parquet" and output is None:
        raise WrongUsage(
            "a Parquet file needs a name",
            expected="-o FILE with --format parquet",
            next_step="add -o FILE",
        )
    text = sys.stdin.read() if query == "-" else query
    with _published(call.home_path) as connection:
        answer = _executed(connection, text)
        if form == "parquet" and output is not None:
            with _replacing(output) as part:
                _write_parquet(answer, part)
        elif output is not None:
            with _replacing(output) as part, part.open("w", encoding="utf-8", newline="") as file:
                _WRITERS[form](answer, file)
        else:
            _WRITERS[form](answer, sys.stdout)
            sys.stdout.flush()
    if output is not None:
        Console(as_json=call.as_json).result({"file": output}, [f"Written: {output}"])


@contextmanager
def _published(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, locked down: a query can't reach files, the network or these locks."""
    path = home / "published" / "cartera.duckdb"
    if not path.is_file():
        raise BadInput(
            "nothing is published yet",
            where=str(path),
            expected="a file made by `cartera refresh`",
            next_step="run `cartera ingest FILE` and `cartera refresh`, or `cartera demo`; --home names another home",
        )
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise BadInput("the published file can't be opened", where=str(path), found=str(error)) from None
    try:
        connection.execute(
            "SET enable_external_access = false; SET python_enable_replacements = false; SET lock_configuration = true"
        )
        yield connection
    finally:
        connection.close()


class _Answer:
    """What a statement gives back: columns (names made unique, as DuckDB writes them) and rows in chunks."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        description = connection.description or []
        self.names = _unique([str(column[0]) for column in description])
        self.is_number = [_is_number(str(column[1])) for column in description]

    def rows(self) -> Rows:
        """Every row, read a chunk at a time. An error on the way (a division, a cast) is a BadInput."""
        while chunk := _asked(lambda: self.connection.fetchmany(_CHUNK)):
            yield from chunk


def _executed(connection: duckdb.DuckDBPyConnection, text: str) -> _Answer:
    if not text.strip().strip(";"):
        raise WrongUsage("there is no query", expected="SQL, for example \"FROM aging(DATE '2026-06-30')\"")
    _asked(lambda: connection.execute(text))
    return _Answer(connection)


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except duckdb.Error as error:
        raise BadInput(
            "the query failed",
            found=str(error).strip(),
            next_step='`cartera sql "SHOW ALL TABLES"` and `cartera sql "DESCRIBE TABLE_NAME"` show what there is',
        ) from None


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        unique.append(f"{name}_{count}" if count else name)
    return unique


def _is_number(kind: str) -> bool:
    return kind.upper().startswith(("DECIMAL", "NUMBER", "BIGINT", "INT", "HUGEINT", "DOUBLE", "FLOAT", "UBIGINT"))


def _plain(value: Any) -> str:
    """A value as text for tables and CSV: digits as they are, ISO days, JSON for what is nested."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=_json_value, ensure_ascii=False)
    if isinstance(value, bytes):
        return value.hex()
    return str(_json_value(value)) if not isinstance(value, int | float) else str(value)


def _json_value(value: Any) -> object:
    try:
        return jsonable(value)
    except TypeError:
        return value.hex() if isinstance(value, bytes) else str(value)


def _write_csv(answer: _Answer, file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    if answer.names:
        writer.writerow(answer.names)
    for row in answer.rows():
        writer.writerow([_plain(value) for value in row])


def _write_json(answer: _Answer, file: IO[str]) -> None:
    """A list of objects, one a line; not-a-number and infinities, which JSON lacks, as text."""
    file.write("[")
    for number, row in enumerate(answer.rows()):
        values = [str(value) if isinstance(value, float) and not _is_finite(value) else value for value in row]
        text = json.dumps(dict(zip(answer.names, values, strict=True)), default=_json_value, ensure_ascii=False)
        file.write(("," if number else "") + "\n" + text)
    file.write("\n]\n")


def _is_finite(value: float) -> bool:
    return value == value and value not in (float("inf"), float("-inf"))


def _write_table(answer: _Answer, file: IO[str]) -> None:
    """Aligned columns, numbers to the right; the first thousand rows."""
    rows = answer.rows()
    shown = [[_plain(value) for value in row] for row in islice(rows, SHOWN_AT_MOST)]
    has_more = len(shown) == SHOWN_AT_MOST and next(rows, None) is not None
    if not answer.names:
        return
    widths = [max(len(cell) for cell in column) for column in zip(answer.names, *shown, strict=True)]
    file.write("  ".join(_cells(answer.names, widths, answer.is_number)).rstrip() + "\n")
    file.write("  ".join("─" * width for width in widths) + "\n")
    for row in shown:
        file.write("  ".join(_cells(row, widths, answer.is_number)).rstrip() + "\n")
    if has_more:
        file.write(f"The first {SHOWN_AT_MOST} rows; --format csv, json or parquet gives all of them.\n")
    else:
        file.write(f"({len(shown)} row{'' if len(shown) == 1 else 's'})\n")


def _cells(row: list[str], widths: list[int], is_number: list[bool]) -> Iterator[str]:
    for cell, width, right in zip(row, widths, is_number, strict=True):
        text = cell.replace("\n", "\\n")
        yield text.rjust(width) if right else text.ljust(width)


_WRITERS: dict[str, Callable[[_Answer, IO[str]], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "json": _write_json,
}


def _write_parquet(answer: _Answer, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    reader = _asked(lambda: answer.connection.to_arrow_reader(_CHUNK))
    try:
        with pq.ParquetWriter(path, reader.schema) as writer:
            while (batch := _asked(lambda: next(reader, None))) is not None:
                writer.write_batch(batch)
    except pa.ArrowNotImplementedError as error:
        raise BadInput(
            "a column has a type that Parquet can't hold",
            found=str(error),
            next_step="cast the column in the query, for example CAST(column AS VARCHAR)",
        ) from None


@contextmanager
def _replacing(output: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when it is whole."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        try:
            part.touch()
        except OSError as error:
            raise BadInput(
                "the file can't be written",
                where=str(output),
                found=error.strerror or str(error),
                expected="a folder that exists and may be written",
                next_step="name another file with -o",
            ) from None
        yield part
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
