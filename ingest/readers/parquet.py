"""Parquet: typed columns as canonical text, so that every format takes the one way through the mapping."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.errors import TooLarge, UnreadableFile
from ingest.profiles.model import ReaderOptions
from ingest.readers.encoding import read_bytes
from ingest.readers.raw import MAIN, NATIVE, PROBLEM, ROW, Limits, RawFile, RawTable, clean_header

_TEXTUAL = ("VARCHAR", "BLOB")


def read_parquet(
    path: Path, options: ReaderOptions, limits: Limits, where: str, *, max_rows: int | None = None
) -> RawFile:
    """Read a Parquet file. Timestamps with a zone come in UTC; rows are numbered from 1.

    Raises UnreadableFile (damaged, cut off), TooLarge.
    """
    del options  # a Parquet file says everything about itself
    with path.open("rb") as file:
        if not file.read(4):
            read_bytes(path, limits, where)  # raises EmptyFile
    try:
        with duckdb.connect(":memory:") as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("CREATE VIEW source AS SELECT * FROM read_parquet($file)".replace("$file", _literal(path)))
            described = con.execute("DESCRIBE source").fetchall()
            counted = con.execute("SELECT count(*) FROM source").fetchone()
            rows = int(counted[0]) if counted else 0
            if rows > limits.max_rows:
                raise TooLarge(
                    "too many rows",
                    where=where,
                    found=f"{rows:,}",
                    expected=f"at most {limits.max_rows:,} rows in one file",
                    next_step="split the export, by month for instance, and load the parts",
                )
            columns = clean_header(name for name, *_ in described)
            cells = ", ".join(
                f"{_cell(name, kind)} AS {_identifier(column)}"
                for column, (name, kind, *_) in zip(columns, described, strict=True)
            )
            limit = f" LIMIT {int(max_rows)}" if max_rows else ""
            table: pa.Table = con.execute(
                f"SELECT row_number() OVER () AS {ROW}, NULL::VARCHAR AS {PROBLEM}, {cells} FROM source{limit}"
            ).to_arrow_table()
            return RawFile({MAIN: RawTable(columns, table)})
    except duckdb.Error as error:
        raise UnreadableFile(
            "the Parquet file is damaged or cut off",
            where=where,
            found=str(error).splitlines()[0],
            expected="a whole Parquet file",
            next_step="copy or export the file again; if it is still being written, wait until it is complete",
        ) from error


def _cell(name: str, kind: str) -> str:
    text = f"CAST({_identifier(name)} AS VARCHAR)"
    return text if kind.startswith(_TEXTUAL) else f"chr({ord(NATIVE)}) || {text}"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
