"""Write the group's exports into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.sample.export.contract_csv import write_contract
from ingest.sample.export.rows import ENTITY_ROWS
from ingest.sample.group import Group


@dataclass(frozen=True, slots=True)
class Exports:
    """What was written: the files Cartera reads, and the folder of what it must never read."""

    files: tuple[Path, ...]
    truth: Path


def write_exports(group: Group, folder: Path) -> Exports:
    """Write every export of `group` under `folder`, and the truth into `folder`/truth. Existing files are replaced."""
    files = [
        write_contract(folder / "grupo" / f"{entity}_{group.until}.csv", entity, rows(group))
        for entity, rows in ENTITY_ROWS.items()
    ]
    return Exports(tuple(files), folder / "truth")
