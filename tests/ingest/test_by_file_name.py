"""Which entity a contract file's name tells."""

from __future__ import annotations

import pytest

from ingest.by_file_name import entity_in_name
from ingest.context import IngestContext
from ingest.errors import CompanyUnknown


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("documents.csv", "documents"),
        ("Documents_2025-06.parquet", "documents"),
        ("documents_MX.csv", "documents"),
        ("credit_limits-old.xlsx", "credit_limits"),
        ("bank_transactions.2025.jsonl", "bank_transactions"),
        ("documents2.csv", None),
        ("mydocuments.csv", None),
        ("credit.csv", None),
    ],
)
def test_entity_in_name(name, entity):
    assert entity_in_name(name) == entity


def test_a_contract_file_without_company_takes_it_from_who_loads_it(home, tmp_path):
    path = tmp_path / "gl_balances.csv"
    path.write_text("account,as_of,balance\n1100,2025-01-31,10\n")
    with pytest.raises(CompanyUnknown, match="no company column"):
        home.load(path, context=IngestContext(companies=("MX", "CO")))
    result = home.load(path, context=IngestContext(companies=("MX", "CO")), company="CO")
    assert result.status == "loaded"
    assert home.lake.batch(result.batch_id)["company"] == "CO"
