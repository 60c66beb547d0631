"""The candidate: a new DuckDB file with the public marts, their comments, the table macros and its own description."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from orchestration.alerts.table import ALERT_COLUMNS
from orchestration.publishing.publication import Publication
from orchestration.settings import Settings
from orchestration.tie_out import VERDICT_COLUMNS, VERDICT_COMMENT, read_tie_out

# Public: the data dictionary is written from these.
PUBLICATION_COLUMNS = (
    ("id", "VARCHAR", "Names the inputs: same lake, settings, day and code give the same id."),
    ("built_at", "TIMESTAMP", "When it was built (UTC)."),
    ("as_of", "DATE", "The day the build took for today."),
    ("versions", "VARCHAR", "JSON: versions of what made it."),
    ("checks_passed", "BIGINT", "Checks that passed."),
    ("checks_total", "BIGINT", "Checks that ran."),
)
PUBLICATION_COMMENT = "What this file is. One row."
ALERT_COMMENT = "Alerts with their state. One row per alert."
MACRO_COMMENTS = {
    "open_items": "What is open on a day: one row per open document or instalment; credits negative.",
    "aging": "Open amounts by customer and bucket; buckets plus unapplied are the customer's open items.",
    "tie_out": "Sub-ledger against the general ledger by company and control account.",
    "tie_out_rows": "The rows behind the reasons of a difference with the general ledger.",
    "group_open_items": "Open items by parent debtor over all companies, also in the currency the group is shown in.",
    "group_aging": "Ageing by parent debtor and company, also in the currency the group is shown in.",
    "group_rates": "Each company's closing rate into the currency the group is shown in.",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file ready to be published, and the publication it will be."""

    path: Path
    publication: Publication


def build_candidate(
    settings: Settings,
    marts: Path,
    publication: Publication,
    *,
    versions: Mapping[str, str],
    alerts: Callable[[duckdb.DuckDBPyConnection], Iterable[Mapping[str, Any]]],
) -> Candidate:
    """Copy the file of public marts that a build has made into snapshots/, and add what makes it a publication.

    `alerts` is called with the candidate once its tables and macros are there, and gives the rows of the table `alert`;
    what it raises stops the publication.
    """
    settings.snapshots_dir.mkdir(parents=True, exist_ok=True)
    path = settings.snapshots_dir / f".building-{publication.id}.duckdb"
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect(str(marts)) as connection:
        connection.execute("checkpoint")  # what a build left in the file's log would not be copied
    shutil.copyfile(marts, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(files("orchestration.publishing").joinpath("macros.sql").read_text(encoding="utf-8"))
        for name, comment in MACRO_COMMENTS.items():
            connection.execute(f"comment on macro table {name} is {_text(comment)}")
        _own_table(connection, "tie_out_verdict", VERDICT_COMMENT, VERDICT_COLUMNS)
        for verdict in read_tie_out(connection, publication.as_of, settings.tie_out).verdicts:
            row = verdict.row()
            _insert(connection, "tie_out_verdict", VERDICT_COLUMNS, [row[name] for name, _, _ in VERDICT_COLUMNS])
        _own_table(connection, "alert", ALERT_COMMENT, ALERT_COLUMNS)
        for alert in alerts(connection):
            _insert(connection, "alert", ALERT_COLUMNS, [alert[name] for name, _, _ in ALERT_COLUMNS])
        _own_table(connection, "publication", PUBLICATION_COMMENT, PUBLICATION_COLUMNS)
        described = [
            publication.id,
            publication.built_at,
            publication.as_of,
            json.dumps(dict(versions), sort_keys=True),
            publication.checks_passed,
            publication.checks_total,
        ]
        _insert(connection, "publication", PUBLICATION_COLUMNS, described)
        connection.execute("checkpoint")
    return Candidate(path, publication)


def _own_table(
    connection: duckdb.DuckDBPyConnection, table: str, comment: str, columns: Sequence[tuple[str, str, str]]
) -> None:
    definition = ", ".join(f"{_name(name)} {kind}" for name, kind, _ in columns)
    connection.execute(f"create table {_name(table)} ({definition})")
    connection.execute(f"comment on table {_name(table)} is {_text(comment)}")
    for name, _, words in columns:
        connection.execute(f"comment on column {_name(table)}.{_name(name)} is {_text(words)}")


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[tuple[str, str, str]], row: Sequence[Any]
) -> None:
    marks = ", ".join("?" * len(columns))
    connection.execute(f"insert into {_name(table)} values ({marks})", list(row))


# Names and comments can't be bound; they come from our own models and are quoted all the same.
def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
