"""Cut long exports by month, as people do when a system's export has a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ingest.sample.export.rows import Row
from ingest.sample.group import Group


def by_month(group: Group, rows: Iterable[Row], column: str) -> Iterator[tuple[str, list[Row]]]:
    """(label for the file's name, its rows): one lot labelled by the last day up to size small, else one a month."""
    everything = list(rows)
    if group.size in ("tiny", "small"):
        yield f"{group.until}", everything
        return
    everything.sort(key=lambda row: str(row[column])[:7])
    for month, lot in groupby(everything, key=lambda row: str(row[column])[:7]):
        yield month, list(lot)
