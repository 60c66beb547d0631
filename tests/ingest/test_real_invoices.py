"""The four real invoice sets: mapped rows, aged by plain arithmetic here, give the reference's ageing.

Balance at D = amount − applications effective by D, for invoices dated ≤ D; an application counts once both its
documents exist. Nothing of the ledger's own SQL is used: if these fail, the mapping is wrong, not the marts.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.shared

AGEING = """
with doc as (
    -- one key column: over company AND id, the planner may join the two documents of an application by company first
    select *, company || '/' || document_id as doc_key from read_parquet('{lake}/batches/*/documents.parquet')
),
settled as (
    select t.doc_key, sum(a.amount) as paid
    from read_parquet('{lake}/batches/*/applications.parquet') a
    join doc f on f.doc_key = a.company || '/' || a.from_document_id
    join doc t on t.doc_key = a.company || '/' || a.to_document_id
    where greatest(a.applied_on, f.issue_date, t.issue_date) <= date '{day}'
    group by all
),
open as (
    select currency, date '{day}' - due_date as late, amount - coalesce(paid, 0) as balance
    from doc left join settled using (doc_key)
    where document_type = 'invoice' and issue_date <= date '{day}'
)
select currency,
    case when late is null then 'no_due_date' when late <= 0 then 'not_due' when late <= 30 then '1-30'
         when late <= 60 then '31-60' when late <= 90 then '61-90' else '90+' end as bucket,
    count(*), sum(balance)
from open where abs(balance) > 0.005 group by all
"""


def expected(shared: Path, name: str) -> dict[str, dict[tuple[str, str], tuple[int, Decimal]]]:
    days: dict[str, dict[tuple[str, str], tuple[int, Decimal]]] = {}
    with (shared / "reference" / f"{name}__aging.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            days.setdefault(row["as_of"], {})
            if int(row["n_invoices"]):
                days[row["as_of"]][(row["currency"], row["bucket"])] = (int(row["n_invoices"]), Decimal(row["balance"]))
    return days


@pytest.mark.parametrize(
    ("path", "source", "reference"),
    [
        ("ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv", "ibm_ar", "ibm_ar"),
        ("highradius/highradius_open_items_fullcols.csv", "highradius_open_items", "highradius_open"),
        ("pbix_55k/ar_dashboard_55k.csv", "pbix_55k", "pbix_55k"),
        ("unicorn_qbo_export/unicorn_inc.csv", "unicorn_qbo", "unicorn_qbo"),
    ],
)
def test_mapped_rows_age_as_the_reference(shared, home, path, source, reference):
    result = home.load(shared / "data" / "A_invoices" / path)
    assert (result.status, result.source, result.rejected) == ("loaded", source, ())
    days = expected(shared, reference)
    assert days
    for day, buckets in days.items():
        rows = duckdb.sql(AGEING.format(lake=home.lake.root, day=day)).fetchall()
        assert {(currency, bucket): (n, balance) for currency, bucket, n, balance in rows} == buckets, day


@pytest.mark.parametrize(
    ("path", "rows", "companies"),
    [
        ("ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv", 2466, {"IBM": "USD"}),
        (
            "highradius/highradius_open_items_fullcols.csv",
            9700,
            {"U001": "USD", "U002": "USD", "U005": "USD", "U013": "USD", "CA02": "CAD"},
        ),
        ("unicorn_qbo_export/unicorn_inc.csv", 3107, {"UNICORN": "USD"}),
    ],
)
def test_nothing_is_lost_and_companies_are_told(shared, home, path, rows, companies):
    result = home.load(shared / "data" / "A_invoices" / path)
    batch = home.lake.batch(result.batch_id)
    assert (batch["rows_in_file"], batch["rows_accepted"], batch["rows_rejected"]) == (rows, rows, 0)
    assert batch["amount_in_file"] == batch["amount_accepted"] + batch["amount_rejected"] > 0
    told = duckdb.sql(
        f"select company, functional_currency from read_parquet('{home.lake.root}/batches/*/companies.parquet')"
    ).fetchall()
    assert dict(told) == companies


def test_ibm_keeps_leading_zeros_and_derives_disputes(shared, home):
    result = home.load(shared / "data" / "A_invoices" / "ibm_ar" / "ibm_ar_leading_zeros.csv")
    ids = duckdb.sql(
        f"select document_id from read_parquet('{home.lake.root}/batches/*/documents.parquet') where _row = 2"
    ).fetchall()
    assert sorted(ids) == [("0000611365",), ("REC-0000611365",)]
    assert result.rows["disputes"] == 561


def test_highradius_ids_lose_only_the_spreadsheet_s_point_zero(shared, home):
    home.load(shared / "data" / "A_invoices" / "highradius" / "highradius_open_items_fullcols.csv")
    row = duckdb.sql(
        "select document_id, customer_id, amount, _load_mode "
        f"from read_parquet('{home.lake.root}/batches/*/documents.parquet') where _row = 2"
    ).fetchone()
    assert row == ("1930571429", "0200706844", Decimal("8734.7100"), "snapshot")


@pytest.mark.parametrize(
    ("kind", "source"), [("iso", "highradius_open_items_iso"), ("ddmmyyyy", "highradius_open_items_ddmmyyyy")]
)
def test_the_two_converted_exports_are_told_apart_and_agree(shared, home, kind, source):
    result = home.load(shared / "data" / "A_invoices" / "highradius" / f"highradius_open_items_{kind}.csv")
    assert (result.source, result.rows["documents"], result.rejected) == (source, 9681, ())
    assert (result.entities["documents"].first_date, result.entities["documents"].last_date) == (
        "2020-02-27",
        "2020-05-22",
    )


def test_dates_ruined_by_a_spreadsheet_are_refused_with_the_reason(shared, home):
    path = shared / "data" / "A_invoices" / "highradius" / "highradius_open_items_excel_mangled.csv"
    with pytest.raises(Exception, match=r"posting_date holds '00:00\.0'"):
        home.load(path)
    result = home.load(path, source="highradius_open_items_iso")
    assert result.status == "refused"
    assert "9681 of 9681 rows cannot be read" in (result.reason or "")
    assert {reject.code for reject in result.rejected} == {"not_a_date"}
    assert home.lake.batch_ids() == []
    assert result.kept_at is not None and result.kept_at.read_bytes() == path.read_bytes()
