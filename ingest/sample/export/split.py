"""Cut long exports by month, as people do when a system's export has a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ingest.sample.export.rows import Row
from ingest.sample.group import Group


def by_month(group: Group, rows: Iterable[Row], column: str) -> Iterator[tuple[str, Iterable[Row]]]:
    """(label for the file's name, its rows): one lot labelled by the last day up to size small, else one a month.

    Rows come sorted by `column`; each lot must be used up before the next is asked for, so that a large group is never
    in memory as rows. Raises ValueError for rows out of order: a month would be written twice.
    """
    if group.size in ("tiny", "small"):
        yield f"{group.until}", rows
        return
    last = ""
    for month, lot in groupby(rows, key=lambda row: str(row[column])[:7]):
        if month <= last:
            raise ValueError(f"rows are not sorted by {column}: {month} after {last}")
        last = month
        yield month, lot
