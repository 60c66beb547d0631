"""JSON Lines: one object per line; numbers are read as decimals, never as floats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.errors import EmptyFile
from ingest.profiles.model import ReaderOptions
from ingest.readers.encoding import decode, read_bytes
from ingest.readers.raw import MAIN, NATIVE, Cells, Limits, RawFile, clean_header, tabulate


def read_jsonl(
    path: Path, options: ReaderOptions, limits: Limits, where: str, *, max_rows: int | None = None
) -> RawFile:
    """Read one object per line; the columns are all names that occur, in order. A nested object gives `outer.inner`.

    A line that is not an object is kept with a problem. Raises EmptyFile, WrongEncoding, TooLarge.
    """
    text = decode(read_bytes(path, limits, where), options.encoding, where)
    parsed = list(islice(_objects(text), max_rows))
    names = tuple(dict.fromkeys(name for _, item in parsed if item is not None for name in item))
    if not names:
        raise EmptyFile(
            "there is no JSON object in the file",
            where=where,
            found=f"{len(parsed)} lines",
            expected="one JSON object per line",
            next_step="export it again as JSON Lines (not as one JSON array)",
        )
    rows = _rows(parsed, names)
    return RawFile({MAIN: tabulate(clean_header(names), rows, limits, where)})


def _objects(text: str) -> Iterator[tuple[int, dict[str, str | None] | None]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            yield number, None
            continue
        yield number, _flat(item) if isinstance(item, dict) else None


def _rows(
    parsed: list[tuple[int, dict[str, str | None] | None]], names: tuple[str, ...]
) -> Iterator[tuple[int, str | None, Cells]]:
    for number, item in parsed:
        if item is None:
            yield number, "not_json", []
        else:
            yield number, None, [item.get(name) for name in names]


def _flat(item: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = _text(value)
    return flat


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return f"{NATIVE}{str(value).lower()}"
        case int() | Decimal():
            return f"{NATIVE}{value:f}"
        case _:
            return json.dumps(value, default=str)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
