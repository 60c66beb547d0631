"""The marts come back: what Spark wrote as Parquet becomes the DuckDB file that is audited and published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import CheckFailed

_LAYER = "marts"


def bring_back(manifest: Path, tables: Path, marts: Path) -> list[str]:
    """Make `marts` (a DuckDB file) from the Parquet under `tables`, with types, keys and comments as the models of
    dbt's `manifest` give them; returns the names of its tables.

    Raises CheckFailed when a key comes twice, a value is missing or does not fit.
    """
    names = []
    with duckdb.connect(str(marts)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for model in _public_models(manifest):
            names.append(str(model["name"]))
            try:
                _bring(connection, model, tables / f"{_LAYER}.db" / names[-1])
            except duckdb.Error as error:
                raise CheckFailed(
                    "a table that Spark computed can't be published",
                    where=names[-1],
                    found=str(error),
                    expected="its key and types as the model promises them",
                    next_step="nothing was published, the last good publication stays",
                ) from error
    return names


def _public_models(manifest: Path) -> Iterator[dict[str, Any]]:
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and node["fqn"][1] == _LAYER]
    yield from sorted(models, key=lambda node: str(node["name"]))


def _bring(connection: duckdb.DuckDBPyConnection, model: dict[str, Any], folder: Path) -> None:
    table, columns = _name(model["name"]), list(model["columns"].values())
    key: list[str] = next((each["columns"] for each in model["constraints"] if each["type"] == "primary_key"), [])
    definitions = [f"{_name(column['name'])} {column['data_type']}{_not_null(column)}" for column in columns]
    definitions += [f"primary key ({_names(key)})"] if key else []
    connection.execute(f"create table {table} ({', '.join(definitions)})")
    files = _text(str(folder / "*.parquet"))
    order = f" order by {_names(key)}" if key else ""
    connection.execute(
        f"insert into {table} select {_names(column['name'] for column in columns)} from read_parquet({files}){order}"
    )
    connection.execute(f"comment on table {table} is {_text(model['description'])}")
    for column in columns:
        connection.execute(f"comment on column {table}.{_name(column['name'])} is {_text(column['description'])}")


def _not_null(column: dict[str, Any]) -> str:
    return " not null" if any(constraint["type"] == "not_null" for constraint in column["constraints"]) else ""


# Names, types and comments can't be bound; they come from our own models and are quoted all the same.
def _names(identifiers: Iterable[str]) -> str:
    return ", ".join(_name(identifier) for identifier in identifiers)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
