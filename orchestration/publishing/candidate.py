"""The candidate: a new DuckDB file with the public marts, their comments, the table macros and its own description."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from orchestration.alerts.table import ALERT_COLUMNS
from orchestration.publishing.own_tables import create_table, insert_rows, quoted_text
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
            connection.execute(f"comment on macro table {name} is {quoted_text(comment)}")
        create_table(connection, "tie_out_verdict", VERDICT_COMMENT, VERDICT_COLUMNS)
        verdicts = read_tie_out(connection, publication.as_of, settings.tie_out).verdicts
        insert_rows(connection, "tie_out_verdict", VERDICT_COLUMNS, [verdict.row() for verdict in verdicts])
        create_table(connection, "alert", ALERT_COMMENT, ALERT_COLUMNS)
        insert_rows(connection, "alert", ALERT_COLUMNS, alerts(connection))
        create_table(connection, "publication", PUBLICATION_COMMENT, PUBLICATION_COLUMNS)
        described = {
            "id": publication.id,
            "built_at": publication.built_at,
            "as_of": publication.as_of,
            "versions": json.dumps(dict(versions), sort_keys=True),
            "checks_passed": publication.checks_passed,
            "checks_total": publication.checks_total,
        }
        insert_rows(connection, "publication", PUBLICATION_COLUMNS, [described])
        connection.execute("checkpoint")
    return Candidate(path, publication)
