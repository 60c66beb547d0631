"""The verdict on a batch, and the file it is kept in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

Breaches = dict[tuple[str, str], dict[str, tuple[int, tuple[str, ...]]]]
"""(entity, check_id) to the batches with breaches: batch_id to (how many, examples)."""

_SCHEMA = pa.schema(
    [
        ("batch_id", pa.string()),
        ("source", pa.string()),
        ("entity", pa.string()),
        ("check_id", pa.string()),
        ("severity", pa.string()),
        ("passed", pa.bool_()),
        ("observed", pa.string()),
        ("expected", pa.string()),
        ("unexpected_count", pa.int64()),
        ("words_es", pa.string()),
        ("words_en", pa.string()),
        ("checked_at", pa.timestamp("us")),
    ]
)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of one entity of one batch.

    `observed` is "breaches / rows"; `examples` are up to five of the breaches, as text ("#line column=value");
    `words_es` and `words_en` say the rule and, where it failed, how often, where and what to do.
    """

    entity: str
    check_id: str
    severity: Literal["blocking", "warning"]
    passed: bool
    observed: str
    expected: str
    unexpected_count: int
    examples: tuple[str, ...]
    words_es: str
    words_en: str


@dataclass(frozen=True, slots=True)
class BatchReport:
    """Every check of one batch; `checked_at` is naive UTC."""

    batch_id: str
    source: str
    checked_at: datetime
    results: tuple[CheckResult, ...]

    @property
    def blocking_failures(self) -> tuple[CheckResult, ...]:
        """The failed checks that keep the batch out of the build; empty = it may go on."""
        return tuple(result for result in self.results if not result.passed and result.severity == "blocking")

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """The failed checks that are shown and do not stop the batch."""
        return tuple(result for result in self.results if not result.passed and result.severity == "warning")

    def to_parquet(self, path: Path) -> None:
        """Write one row per check to `path`, replacing it whole: a reader sees the old file or the new one.

        Columns: batch_id, source, entity, check_id, severity, passed, observed, expected, unexpected_count, words_es,
        words_en, checked_at. The folder is made if missing; OSError if it cannot be written.
        """
        rows = [
            {
                "batch_id": self.batch_id,
                "source": self.source,
                "entity": result.entity,
                "check_id": result.check_id,
                "severity": result.severity,
                "passed": result.passed,
                "observed": result.observed,
                "expected": result.expected,
                "unexpected_count": result.unexpected_count,
                "words_es": result.words_es,
                "words_en": result.words_en,
                "checked_at": self.checked_at,
            }
            for result in self.results
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
