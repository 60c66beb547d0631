"""Books of any size as files of the contract: skewed like real ones, the same for the same seed."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

_SQL = Path(__file__).parent
_QUANTILES = 1024

# Of a thousand documents, how many a later delivery touches; a whole day would touch about four.
_TOUCHED_PER_THOUSAND = 1

_DOCUMENTS = """
select
    company, document_id, document_type, number, customer_id, issue_date, due_date, currency, amount, tax_amount,
    fx_rate, status, cancelled_on, cancel_mode, receivable_account, linked_document_id, uuid, is_ceded, recorded_at
from document
where {where}
order by recorded_at, document_id, company
"""
_APPLICATIONS = """
select
    company, application_id, from_document_id, to_document_id, to_instalment_no, spread, applied_on, amount,
    from_amount, recorded_at
from application
where {where}
order by recorded_at, application_id, company
"""
_INSTALMENTS = """
select company, document_id, instalment_no, due_date, amount
from instalment
where {where}
order by document_id, instalment_no, company
"""
_DISPUTES = "select company, dispute_id, document_id, opened_on, resolved_on, reason from dispute order by all"
_RATES = """
select day as rate_date, 'USD' as from_currency, currency as to_currency, rate, 'closing' as rate_type
from usd_rate
where {where}
order by all
"""
_COMPANIES = "select company, name, country, currency as functional_currency from company order by company_no"
_CUSTOMERS = """
select
    company, customer_id, concat('Cliente ', substr(customer_id, 2)) as name, country,
    list_extract(['A', 'B', 'C'], 1 + draw(customer_id, 'segment') % 3) as segment, terms_days,
    case when draw(customer_id, 'limited') % 10 < 6 then money(2000000000 // rank, 0.01) end as credit_limit,
    case when draw(customer_id, 'limited') % 10 < 6 then currency end as credit_limit_currency
from customer
order by company_no, rank
"""
_OWN = "select count(*) from (select distinct company, document_id from document where {where})"
_TOUCHED = """
select count(*)
from (
    select company, document_id from document where {where}
    union
    select company, from_document_id from application where {where}
    union
    select company, to_document_id from application where {where}
) as touched
"""


@dataclass(frozen=True, slots=True)
class Books:
    """Two years of three companies, and up to ten days after them.

    `invoices` are issued between `first_day` and `last_day`; what pays, corrects and cancels them comes on top.
    """

    invoices: int
    customers: int = 20_000
    seed: int = 7
    first_day: date = date(2024, 7, 1)
    last_day: date = date(2026, 6, 30)

    def __post_init__(self) -> None:
        if self.invoices < 1 or self.customers < 100:
            raise ValueError("at least 1 invoice and 100 customers")

    def day_after(self, number: int) -> date:
        """The day of the delivery with this number; 0 is the last day of the books, 10 the last there is."""
        if not 0 <= number <= 10:
            raise ValueError("deliveries are numbered from 0 to 10")
        return self.last_day + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Files of one day, and how much they bring."""

    files: tuple[Path, ...]
    documents: int  # different ones with a row of their own
    applications: int
    touched: int  # documents with a row of their own or named by an application


class Ledger:
    """The books as tables of one scratch database, from which deliveries are written."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, books: Books) -> None:
        self._con = connection
        self._books = books
        self._fill()
        self._sample = self._millionths_of_a_day()

    def first_delivery(self, folder: Path) -> Delivery:
        """Write everything recorded up to the last day, documents and applications by the month they were entered."""
        folder.mkdir(parents=True, exist_ok=True)
        known = "recorded_on <= getvariable('last_day')"
        files = [
            *self._write(folder / "companies.parquet", _COMPANIES),
            *self._write(folder / "customers.parquet", _CUSTOMERS),
            *self._write(folder / "fx_rates.parquet", _RATES.format(where="day <= getvariable('last_day')")),
            *self._write(folder / "disputes.parquet", _DISPUTES),
        ]
        for month in self._months():
            of_month = f"date_trunc('month', recorded_on) = date '{month.isoformat()}' and {known}"
            files += self._write_entries(folder, month.strftime("%Y-%m"), of_month)
        return self._delivery(files, known)

    def next_delivery(self, folder: Path, number: int) -> Delivery:
        """Write what one day after the books brings: a thousandth of the documents touched, taken at random."""
        folder.mkdir(parents=True, exist_ok=True)
        day = self._books.day_after(number).isoformat()
        taken = f"recorded_on = date '{day}' and delivery_draw < {self._sample}"
        rates = self._write(folder / f"fx_rates_{day}.parquet", _RATES.format(where=f"day = date '{day}'"))
        return self._delivery(rates + self._write_entries(folder, day, taken), taken)

    def _write_entries(self, folder: Path, name: str, where: str) -> list[Path]:
        return [
            *self._write(folder / f"documents_{name}.parquet", _DOCUMENTS.format(where=where)),
            *self._write(folder / f"instalments_{name}.parquet", _INSTALMENTS.format(where=where)),
            *self._write(folder / f"applications_{name}.parquet", _APPLICATIONS.format(where=where)),
        ]

    def _fill(self) -> None:
        books = self._books
        for name, value in (("seed", books.seed), ("invoices", books.invoices), ("customers", books.customers)):
            self._con.execute(f"set variable {name} = {int(value)}")
        for name, day in (("first_day", books.first_day), ("last_day", books.last_day)):
            self._con.execute(f"set variable {name} = date '{day.isoformat()}'")
        # amounts are log-normal with a median of 8,000
        amounts = statistics.NormalDist(math.log(8000), 1.2)
        cents = [round(math.exp(amounts.inv_cdf((q + 0.5) / _QUANTILES)) * 100) for q in range(_QUANTILES)]
        self._con.execute(
            "create table amount_quantile as select unnest(?::bigint[]) as cents, unnest(range(?)) as quantile",
            [cents, _QUANTILES],
        )
        for step in ("parties", "invoices", "payments", "documents"):
            self._con.execute((_SQL / f"{step}.sql").read_text(encoding="utf-8"))

    def _months(self) -> list[date]:
        rows = self._con.execute(
            "select distinct cast(date_trunc('month', day) as date) from day"
            " where day <= getvariable('last_day') order by 1"
        ).fetchall()
        return [row[0] for row in rows]

    def _millionths_of_a_day(self) -> int:
        """Which part of the first day's rows touches the wanted share of all documents."""
        everything = self._count(_TOUCHED.format(where="recorded_on = getvariable('last_day') + 1"))
        documents = self._count(_OWN.format(where="recorded_on <= getvariable('last_day')"))
        return min(1_000_000, documents * _TOUCHED_PER_THOUSAND * 1000 // max(everything, 1))

    def _count(self, sql: str) -> int:
        row = self._con.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def _delivery(self, files: list[Path], where: str) -> Delivery:
        return Delivery(
            files=tuple(files),
            documents=self._count(_OWN.format(where=where)),
            applications=self._count(f"select count(*) from application where {where}"),
            touched=self._count(_TOUCHED.format(where=where)),
        )

    def _write(self, path: Path, query: str) -> list[Path]:
        """Write the rows of a query; no file where there are none, since an export without rows is an error."""
        # the path is ours, and COPY takes no parameter for it
        target = str(path).replace("'", "''")
        row = self._con.execute(f"copy ({query}) to '{target}' (format parquet, compression zstd)").fetchone()
        assert row is not None
        if row[0]:
            return [path]
        path.unlink()
        return []


@contextmanager
def open_ledger(books: Books, scratch: Path, *, memory: str = "3GB") -> Iterator[Ledger]:
    """Make the books in a database under `scratch`, which is removed at the end; it spills there beyond `memory`."""
    scratch.mkdir(parents=True, exist_ok=True)
    file = scratch / "books.duckdb"
    file.unlink(missing_ok=True)
    limits = {"threads": "2", "memory_limit": memory, "preserve_insertion_order": "false"}
    try:
        with duckdb.connect(str(file), config=limits) as connection:
            yield Ledger(connection, books)
    finally:
        file.unlink(missing_ok=True)
