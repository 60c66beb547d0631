"""Checks on landed batches: Great Expectations suites over the lake's Parquet, with data docs a person can open.

`ENTITY_CHECKS` is known without running anything (and without importing Great Expectations, which costs seconds).
"""

from ingest.quality.checks import ENTITY_CHECKS
from ingest.quality.errors import BatchUnreadable, QualityCrashed
from ingest.quality.report import BatchReport, CheckResult
from ingest.quality.runner import check_batch, check_batches

__all__ = [
    "ENTITY_CHECKS",
    "BatchReport",
    "BatchUnreadable",
    "CheckResult",
    "QualityCrashed",
    "check_batch",
    "check_batches",
]
