"""The batches to check, as views of an in-memory DuckDB: one per entity, over the lake's Parquet files as they lie.

Nothing is copied: a view reads only the columns a check names. Tables beside the views, for checks that need them:
`landed(batch_id, entity, landed_rows)` and `column_deviation(batch_id, entity, deviation)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.contract import ENTITIES, Entity
from ingest.contract.shape import LINEAGE_COLUMNS
from ingest.quality.checks.model import MANIFEST, quoted
from ingest.quality.errors import BatchUnreadable

_MANIFEST_COLUMNS = (
    ("batch_id", "VARCHAR"),
    ("source", "VARCHAR"),
    ("rows_in_file", "BIGINT"),
    ("rows_accepted", "BIGINT"),
    ("rows_rejected", "BIGINT"),
    ("amount_in_file", "DECIMAL(38,4)"),
    ("amount_accepted", "DECIMAL(38,4)"),
    ("amount_rejected", "DECIMAL(38,4)"),
    ("entities", "VARCHAR"),
)


@dataclass(frozen=True, slots=True)
class Landed:
    """What was found in the batch folders.

    `rows[entity][batch_id]` counts the rows landed (the manifest, `_batch`, has one); `sources[batch_id]` is the name
    of the source.
    """

    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def open_batches(con: duckdb.DuckDBPyConnection, batch_dirs: Sequence[Path]) -> Landed:
    """Make the views of every entity over `batch_dirs` (`lake/batches/<sha256>`) and say what is in them.

    Raises BatchUnreadable if a folder has no manifest or one of its files is not whole Parquet.
    """
    con.execute("CREATE TABLE landed (batch_id VARCHAR, entity VARCHAR, landed_rows BIGINT)")
    con.execute("CREATE TABLE column_deviation (batch_id VARCHAR, entity VARCHAR, deviation VARCHAR)")
    landed = Landed()
    _open_manifests(con, batch_dirs, landed)
    for entity in ENTITIES.values():
        files = [folder / f"{entity.name}.parquet" for folder in batch_dirs]
        present = [file for file in files if file.is_file()]
        sound: list[Path] = []
        for file in present:
            batch_id = file.parent.name
            rows = _rows(con, file)
            landed.rows.setdefault(entity.name, {})[batch_id] = rows
            con.execute("INSERT INTO landed VALUES (?, ?, ?)", [batch_id, entity.name, rows])
            deviations = _deviations(con, file, entity)
            for deviation in deviations:
                con.execute("INSERT INTO column_deviation VALUES (?, ?, ?)", [batch_id, entity.name, deviation])
            if not deviations:
                sound.append(file)
        # A file of another shape fails `columns` and stays out of the view: the other checks could not read it.
        columns = (*((column.name, column.kind.sql) for column in entity.columns), *LINEAGE_COLUMNS)
        _create_view(con, entity.name, columns, sound, line="_row")
    return landed


def _open_manifests(con: duckdb.DuckDBPyConnection, batch_dirs: Sequence[Path], landed: Landed) -> None:
    files = [folder / f"{MANIFEST}.parquet" for folder in batch_dirs]
    for file in files:
        if not file.is_file():
            raise BatchUnreadable(
                "the batch has no manifest",
                where=str(file.parent),
                found="no _batch.parquet",
                expected="a folder that the lake has put in place whole",
                next_step="restore the folder from the backup, or remove it and ingest the archived file again",
            )
        landed.rows.setdefault(MANIFEST, {})[file.parent.name] = _rows(con, file)
    _create_view(con, MANIFEST, _MANIFEST_COLUMNS, files, line="0", with_batch_id=False)
    for batch_id, source in con.execute(f"SELECT batch_id, source FROM {MANIFEST}").fetchall():
        landed.sources[batch_id] = source or ""


def _rows(con: duckdb.DuckDBPyConnection, file: Path) -> int:
    try:
        found = con.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(file)]).fetchone()
    except duckdb.Error as error:
        raise BatchUnreadable(
            "a file of the batch cannot be read",
            where=str(file),
            found=str(error).splitlines()[0],
            expected="a whole Parquet file",
            next_step="restore the folder from the backup, or remove it and ingest the archived file again",
        ) from error
    return int(found[0]) if found else 0


def _deviations(con: duckdb.DuckDBPyConnection, file: Path, entity: Entity) -> list[str]:
    """Where the columns of `file` are not those of the contract, in words.

    A column that is not required may be missing: the lake is immutable, the contract grows.
    """
    described = con.execute("DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)", [str(file)])
    found = {row[0]: row[1] for row in described.fetchall()}
    wanted = {column.name: column.kind.sql for column in entity.columns} | dict(LINEAGE_COLUMNS)
    needed = {*entity.required_columns, *(name for name, _ in LINEAGE_COLUMNS)}
    return [
        *(f"{name}: missing" for name in wanted if name in needed and name not in found),
        *(f"{name}: unknown" for name in found if name not in wanted),
        *(
            f"{name}: {found[name]}, expected {kind}"
            for name, kind in wanted.items()
            if name in found and found[name] != kind
        ),
    ]


def _create_view(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[tuple[str, str]],
    files: Sequence[Path],
    *,
    line: str,
    with_batch_id: bool = True,
) -> None:
    """A view of `columns`, batch_id (the folder's name) and line over `files`; typed and empty when there are none."""
    typed = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(column)}" for column, kind in columns)
    batch_id = "CAST(NULL AS VARCHAR) AS batch_id, " if with_batch_id else ""
    parts = [f"SELECT {batch_id}{typed}, CAST(NULL AS BIGINT) AS line WHERE FALSE"]
    if files:
        listed = ", ".join("'" + file.as_posix().replace("'", "''") + "'" for file in files)
        folder = "string_split(replace(_path, '\\', '/'), '/')[-2]"
        chosen = f"* EXCLUDE (_path), {folder} AS batch_id" if with_batch_id else "* EXCLUDE (_path)"
        parts.append(
            f"SELECT {chosen}, {line} AS line FROM read_parquet([{listed}], union_by_name = true, "
            "hive_partitioning = false, filename = '_path')"
        )
    # identifiers and file names are ours (the lake's), quoted above
    con.execute(f"CREATE VIEW {quoted(name)} AS {' UNION ALL BY NAME '.join(parts)}")
