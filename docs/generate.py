"""Write docs/data-dictionary.md from what the published file is made of: the marts' YAML, the table macros, the code.

`make docs` writes it; a test fails when it is not up to date. Usage: python docs/generate.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.alerts.table import ALERT_COLUMNS
from orchestration.publishing.candidate import ALERT_COMMENT, MACRO_COMMENTS, PUBLICATION_COLUMNS, PUBLICATION_COMMENT
from orchestration.tie_out import VERDICT_COLUMNS, VERDICT_COMMENT

PROJECT = Path(__file__).resolve().parents[1]
MARTS = PROJECT / "dbt_project" / "models" / "marts"
MACROS = PROJECT / "orchestration" / "publishing" / "macros.sql"
WORDS = PROJECT / "docs" / "macros.yml"
PAGE = PROJECT / "docs" / "data-dictionary.md"
ITEMS = "dim_receivable_item"  # the macros speak of items, in its words
ROOMS = ("receivables", "collections", "cash", "policy", "shared", "quality")
HEADINGS = {
    "macros": "Table macros: any day, past or today",
    "receivables": "Receivables",
    "collections": "Collection",
    "cash": "Cash application",
    "policy": "Credit policy and alerts",
    "shared": "Companies, customers, dates, rates",
    "quality": "Loads, checks and the publication",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as people read it: its name, its DuckDB type, what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A published table, or a table macro (then `call` is how it is called and `parameters` what they mean)."""

    name: str
    about: str
    answers: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    call: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


def page() -> str:
    """The whole page as text. Raises ValueError where a macro's column has no words, or words have no column."""
    words = _words()
    by_room = tables_by_room(words)
    macros = list(_macros(by_room, words["macros"]))
    parts = [_INTRODUCTION, _contents({"macros": macros, **by_room})]
    for room, relations in {"macros": macros, **by_room}.items():
        parts.append(f"## {HEADINGS[room]}\n")
        parts += [_section(relation) for relation in relations]
    return "\n".join(parts)


def tables_by_room(words: Mapping[str, Any] | None = None) -> dict[str, list[Relation]]:
    """Every published table, by the heading it stands under."""
    words = words or _words()
    by_room = {room: list(_marts(room)) for room in ROOMS}
    by_room["receivables"].append(_own_table("tie_out_verdict", VERDICT_COMMENT, VERDICT_COLUMNS, words))
    by_room["policy"].append(_own_table("alert", ALERT_COMMENT, ALERT_COLUMNS, words))
    by_room["quality"].append(_own_table("publication", PUBLICATION_COMMENT, PUBLICATION_COLUMNS, words))
    return by_room


def empty_publication(by_room: Mapping[str, Sequence[Relation]]) -> duckdb.DuckDBPyConnection:
    """A publication without rows, in memory: every table and macro, so that a query can be bound. Close it."""
    connection = duckdb.connect()
    for table in (relation for relations in by_room.values() for relation in relations):
        columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
        connection.execute(f'create table "{table.name}" ({columns})')
    connection.execute(MACROS.read_text(encoding="utf-8"))
    return connection


def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


_INTRODUCTION = """<!-- Written by `make docs` from the YAML of the marts, orchestration/publishing and
     docs/macros.yml: edit those. -->
# Data dictionary

What is in `published/cartera.duckdb`. Open it read-only with any DuckDB client, at any time, also while a refresh runs:
`duckdb -readonly published/cartera.duckdb`, or `cartera sql "FROM aging(DATE '2026-06-30')"`. Every table and every
column of a table carries these words as a comment (`SELECT * FROM duckdb_columns()`).

Amounts are decimals. `…_base` is in the company's functional currency; amounts of different currencies are never added.
Times are UTC. `known_from`/`known_to` say when something was known, `valid_from`/`valid_to` on which days it held; the
lower end is included, the upper is not. How each metric is computed: [metrics.md](metrics.md).
"""


def _marts(room: str) -> Iterator[Relation]:
    for path in sorted((MARTS / room).glob("_*__models.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            yield Relation(
                name=model["name"],
                about=model["description"],
                answers=model["config"]["meta"]["answers"],
                grain=tuple(model["config"]["meta"]["grain"]),
                columns=tuple(
                    Column(column["name"], column["data_type"].upper(), column["description"])
                    for column in model["columns"]
                ),
            )


def _own_table(name: str, about: str, columns: Iterable[tuple[str, str, str]], words: Mapping[str, Any]) -> Relation:
    told = words["tables"][name]
    return Relation(
        name=name,
        about=about,
        answers=told["answers"],
        grain=tuple(told["grain"]),
        columns=tuple(Column(*column) for column in columns),
    )


def _macros(by_room: Mapping[str, Sequence[Relation]], words: Mapping[str, Any]) -> Iterator[Relation]:
    """The macros as DuckDB sees them over empty tables: names and types of their columns can't be out of date."""
    shared = {
        column.name: column.meaning
        for relations in by_room.values()
        for table in relations
        for column in table.columns
        if table.name == ITEMS
    }
    with empty_publication(by_room) as connection:
        for name, about in MACRO_COMMENTS.items():
            told = words[name]
            described = connection.execute(f"describe from {name}(date '2026-06-30')").fetchall()
            names = [row[0] for row in described]
            if unknown := set(told["columns"]) - set(names):
                raise ValueError(f"{WORDS.name}: {name} has no column {sorted(unknown)}")
            call, parameters = _signature(name)
            if list(told["parameters"]) != parameters:
                raise ValueError(f"{WORDS.name}: the parameters of {name} are {parameters}")
            yield Relation(
                name=name,
                about=about,
                answers=told["answers"],
                grain=tuple(told["grain"]),
                columns=tuple(
                    Column(row[0], row[1], _meaning(name, row[0], told["columns"], shared)) for row in described
                ),
                call=call,
                parameters=tuple(told["parameters"].items()),
            )


def _signature(macro: str) -> tuple[str, list[str]]:
    """How a macro is called, as macros.sql says it, and the names of its parameters."""
    source = MACROS.read_text(encoding="utf-8")
    _, _, after = source.partition(f"create macro {macro}(")
    head = " ".join(after.partition(") as table")[0].split()).replace(":= null", ":= NULL")
    return f"{macro}({head})", [part.partition(" := ")[0] for part in head.split(", ")]


def _meaning(macro: str, column: str, own: Mapping[str, str], shared: Mapping[str, str]) -> str:
    if column in own:
        return own[column]
    if column in shared:
        return shared[column]
    raise ValueError(f"{WORDS.name}: say what {column} of {macro} means")


def _contents(by_room: Mapping[str, Sequence[Relation]]) -> str:
    lines = ["| question | where |", "|---|---|"]
    lines += [
        f"| {relation.answers} | [`{relation.name}`](#{relation.name}) |"
        for relations in by_room.values()
        for relation in relations
    ]
    return "\n".join(lines) + "\n"


def _section(relation: Relation) -> str:
    lines = [f"### {relation.name}", "", relation.about, ""]
    if relation.call:
        lines += [f"Call: `{relation.call}`", ""]
    lines += [f"One row for each: {', '.join(f'`{name}`' for name in relation.grain)}.", ""]
    if relation.parameters:
        lines += ["| parameter | meaning |", "|---|---|"]
        lines += [f"| {name} | {_cell(meaning)} |" for name, meaning in relation.parameters] + [""]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    lines += [f"| {column.name} | {column.type} | {_cell(column.meaning)} |" for column in relation.columns]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(PROJECT)}")
