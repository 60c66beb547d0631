"""What one check is: a rule in words, and the SQL that finds the rows that break it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The manifest of a batch is checked like an entity, under the name of its file in the lake.
MANIFEST = "_batch"


class Severity(StrEnum):
    """What a failed check does: `blocking` keeps the batch out of the build, `warning` is shown."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule about the rows of one entity within one batch.

    `breaches` is a SELECT that gives one row per breach: batch_id VARCHAR, line BIGINT (row in the source file; 0 where
    there is none) and example VARCHAR (the values, as text: a decimal must never become a float on its way to a
    person). In it `{batch}` stands for the view of the entity, `{loaded_on}` for the date the batch is loaded.
    Literal braces would have to be doubled, so the SQL here does without them.
    """

    entity: str
    check_id: str
    severity: Severity
    breaches: str
    expected: str
    words_es: str
    words_en: str

    @property
    def blocks(self) -> bool:
        """Whether a breach keeps the batch out of the build."""
        return self.severity is Severity.BLOCKING


def rows_where(condition: str, *shown: str) -> str:
    """SQL for `Check.breaches`: the rows of the view for which `condition` holds, showing the columns named."""
    return f"SELECT batch_id, line, {shown_as_text(*shown)} AS example FROM {{batch}} WHERE {condition}"


def shown_as_text(*columns: str, of: str = "") -> str:
    """SQL text `name=value, name=value` of `columns` (of the table alias `of`); an empty value shows as `name=∅`."""
    prefix = f"{of}." if of else ""
    parts = [f"'{column}=' || coalesce(CAST({prefix}{quoted(column)} AS VARCHAR), '∅')" for column in columns]
    return " || ', ' || ".join(parts)


def quoted(name: str) -> str:
    """An SQL identifier, quoted: some columns of the contract are words of SQL (`at`, `by`, `text`)."""
    return '"' + name.replace('"', '""') + '"'
