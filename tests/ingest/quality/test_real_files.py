"""The checks on real exports, landed by the ordinary way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.lake import Lake
from ingest.loading import load_file
from ingest.quality import BatchReport, check_batches

from .conftest import LOADED_AT

FILES = {
    "ibm": "A_invoices/ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv",
    "highradius": "A_invoices/highradius/highradius_open_items_fullcols.csv",
    "sound statement": "C_bank/bankstatementparser/sample.mt940",
    "statement that does not add up": "C_bank/mt940/jejik__abnamro.sta",
}


@pytest.mark.shared
def test_real_exports_pass_and_a_statement_that_does_not_add_up_is_stopped(shared: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.ensure_schema()
    loaded = {
        name: load_file(
            shared / "data" / path,
            lake=lake,
            archive=tmp_path / "archive",
            rejected_dir=tmp_path / "rejected",
            loaded_at=LOADED_AT,
            company="XX",
        )
        for name, path in FILES.items()
    }
    folders = [lake.batches_dir / result.batch_id for result in loaded.values()]
    reports = check_batches(folders, docs_dir=None, loaded_at=LOADED_AT)
    found = {
        name: (_ids(report, "blocking"), _ids(report, "warning")) for name, report in zip(FILES, reports, strict=True)
    }
    assert found == {
        "ibm": (set(), set()),
        # 32 of its 9,700 documents are due before they are issued
        "highradius": (set(), {"documents.due_not_before_issue 32"}),
        "sound statement": (set(), set()),
        # 3236.28 - 321.44 is not 876.84, 2876.84 - 24.49 is not 1849.75: the sample was made anonymous by hand
        "statement that does not add up": ({"bank_statements.balances_close 2"}, set()),
    }


def _ids(report: BatchReport, severity: str) -> set[str]:
    return {
        f"{result.entity}.{result.check_id} {result.unexpected_count}"
        for result in report.results
        if not result.passed and result.severity == severity
    }
