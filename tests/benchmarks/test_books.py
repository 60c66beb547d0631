"""The books are skewed like real ones, hold every kind of event, and are the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .books import Books, open_ledger
from .conftest import Files

LARGER = Books(30_000, customers=3_000)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The first delivery of somewhat larger books as views by entity."""
    folder = tmp_path_factory.mktemp("larger")
    with open_ledger(LARGER, folder / "scratch") as ledger:
        ledger.first_delivery(folder / "files")
    with duckdb.connect() as connection:
        for entity in ("documents", "applications", "instalments", "disputes", "customers"):
            rows = connection.read_parquet(str(folder / "files" / f"{entity}*.parquet"), union_by_name=True)
            rows.create_view(entity)
        connection.execute(
            "create table invoice as from documents where document_type = 'invoice' and status = 'posted'"
        )
        yield connection


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def _rows(paths: tuple[Path, ...]) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect() as connection:
        return {path.name: connection.read_parquet(str(path)).fetchall() for path in paths}


def test_the_same_seed_gives_the_same_rows(files: Files, tmp_path: Path) -> None:
    from .conftest import SMALL

    with open_ledger(SMALL, tmp_path / "scratch") as ledger:
        again = ledger.first_delivery(tmp_path / "again")
    with open_ledger(Books(SMALL.invoices, SMALL.customers, seed=8), tmp_path / "scratch") as ledger:
        other = ledger.first_delivery(tmp_path / "other")
    assert _rows(again.files) == _rows(files.first.files)
    assert _rows(other.files) != _rows(files.first.files)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_invoice_has_about_two_movements(larger: duckdb.DuckDBPyConnection) -> None:
    invoices = _one(larger, "select count(distinct document_id) from invoice")
    assert abs(invoices - LARGER.invoices) < LARGER.invoices / 100  # some of the last days are entered later
    assert 1.1 < _one(larger, "select count(*) from applications") / invoices < 1.3


def test_a_fifth_of_the_customers_buys_most(larger: duckdb.DuckDBPyConnection) -> None:
    share = """
        select sum(n) filter (where place <= 0.2 * everybody) / sum(n)
        from (
            select count(*) as n, row_number() over (order by count(*) desc) as place,
                (select count(*) from customers) as everybody
            from invoice group by company, customer_id
        )
    """
    assert _one(larger, share) > 0.7


def test_months_end_with_a_peak_and_sundays_are_quiet(larger: duckdb.DuckDBPyConnection) -> None:
    daily = "select count(*) / count(distinct issue_date) from invoice where isodow(issue_date) < 6 and "
    last = _one(larger, daily + "issue_date > last_day(issue_date) - 2")
    assert last > 2 * _one(larger, daily + "day(issue_date) between 5 and 20")
    assert _one(larger, "select count(*) from invoice where isodow(issue_date) = 7") == 0


@pytest.mark.parametrize(
    ("event", "sql"),
    [
        ("credit notes", "from documents where document_type = 'credit_note'"),
        ("write-offs", "from documents where document_type = 'write_off'"),
        ("reversals", "from documents where document_type = 'invoice' and cancel_mode = 'reverse'"),
        ("erasures", "from documents where cancel_mode = 'erase'"),
        ("bounced receipts", "from documents where document_type = 'receipt' and status = 'cancelled'"),
        (
            "corrections",
            "from (from invoice select document_id group by all having count(distinct (amount, due_date)) > 1)",
        ),
        (
            "late receipts",
            "from documents where document_type = 'receipt' and recorded_at > issue_date + interval 10 day",
        ),
        ("customers nobody knows", "from documents where customer_id is null"),
        ("directed payments", "from applications where to_instalment_no is not null"),
        ("pro rata", "from applications where spread = 'pro_rata'"),
        ("across currencies", "from applications where from_amount is not null"),
        ("part payments", "from (from applications select to_document_id group by all having count(*) > 2)"),
        (
            "receipts for several",
            "from (from applications select company, from_document_id group by all having count(*) > 5)",
        ),
        ("disputes", "from disputes"),
        ("rates of their own", "from invoice where fx_rate is not null"),
        ("rates of the day", "from invoice where currency = 'USD' and fx_rate is null"),
    ],
)
def test_every_kind_of_event_occurs(larger: duckdb.DuckDBPyConnection, event: str, sql: str) -> None:
    assert _one(larger, f"select count(*) {sql}") > 0, event


def test_two_in_a_hundred_are_foreign(larger: duckdb.DuckDBPyConnection) -> None:
    assert 0.015 < _one(larger, "select avg((currency = 'USD')::integer) from invoice") < 0.025


def test_the_books_add_up(larger: duckdb.DuckDBPyConnection) -> None:
    unknown = """
        select count(*) from applications as a
        left join (from documents select distinct company, document_id) as t
            on a.company = t.company and a.to_document_id = t.document_id
        left join (from documents select distinct company, document_id) as f
            on a.company = f.company and a.from_document_id = f.document_id
        where t.document_id is null or f.document_id is null
    """
    assert _one(larger, unknown) == 0
    beyond = """
        select count(*) from (
            select any_value(d.amount) - sum(coalesce(a.from_amount, a.amount)) as rest
            from applications as a
            join (from documents where status = 'posted') as d
                on a.company = d.company and a.from_document_id = d.document_id
            group by a.company, a.from_document_id
        ) where rest < 0
    """
    assert _one(larger, beyond) == 0
    split = """
        select count(*)
        from (from instalments select company, document_id, sum(amount) as amount group by all) as i
        join (from documents where status = 'posted') as d using (company, document_id)
        where i.amount <> d.amount
    """
    assert _one(larger, split) == 0
    units = "case when currency = 'CLP' then 1 else 0.01 end"
    assert _one(larger, f"select count(*) from documents where amount % {units} <> 0") == 0


def test_a_later_delivery_touches_a_thousandth(tmp_path: Path) -> None:
    with open_ledger(LARGER, tmp_path / "scratch") as ledger:
        first = ledger.first_delivery(tmp_path / "first")
        later = [ledger.next_delivery(tmp_path / f"later-{number}", number) for number in (1, 2)]
    assert first.touched == first.documents, "no application names a document that never came"
    for delivery in later:
        assert 0.0006 < delivery.touched / first.documents < 0.0014
        assert 0 < delivery.documents < delivery.touched
        assert delivery.applications > 0


def test_there_are_ten_days_after_the_books() -> None:
    assert (LARGER.day_after(10) - LARGER.last_day).days == 10
    with pytest.raises(ValueError, match="from 0 to 10"):
        LARGER.day_after(11)
    with pytest.raises(ValueError, match="100 customers"):
        Books(10, customers=5)
