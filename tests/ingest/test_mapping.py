"""One row of a file, several rows of the contract: together or not at all; derived master data collapse."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ingest.mapping import Companies, map_file
from ingest.profiles import load_profile
from ingest.readers import read_file

INVOICES = """name: shop
title: {es: x, en: x}
format: delimited
load: delta
nulls: [NULL, "-"]
entities:
  - entity: documents
    where: {kind: {not: [TICKET]}}
    columns:
      company: {constant: MX}
      document_id: id
      document_type: {constant: invoice}
      customer_id: customer
      issue_date: issued
      currency: {constant: MXN}
      amount: amount
  - entity: documents
    where: {paid_on: {empty: false}}
    columns:
      company: {constant: MX}
      document_id: {template: "REC-{id}"}
      document_type: {constant: receipt}
      customer_id: customer
      issue_date: paid_on
      currency: {constant: MXN}
      amount: amount
  - entity: applications
    where: {paid_on: {empty: false}}
    columns:
      company: {constant: MX}
      application_id: {template: "APP-{id}"}
      from_document_id: {template: "REC-{id}"}
      to_document_id: id
      applied_on: paid_on
      amount: amount
  - entity: customers
    distinct: true
    columns: {company: {constant: MX}, customer_id: customer, name: name, segment: region}
"""
HEADER = "id,kind,customer,name,region,issued,paid_on,amount\n"


@pytest.fixture
def mapped(tmp_path: Path):
    def run(rows: str):
        (tmp_path / "shop.yml").write_text(INVOICES)
        (tmp_path / "x.csv").write_text(HEADER + rows)
        profile = load_profile(tmp_path / "shop.yml")
        return map_file(read_file(tmp_path / "x.csv", profile), profile, Companies({}, "?"))

    return run


def column(table, name):
    return table[name].to_pylist()


def test_a_row_that_fails_in_one_entity_is_left_out_of_all(mapped):
    result = mapped("1,F,C1,Ana,N,2025-01-01,2025-02-31,10\n2,F,C2,Bo,N,2025-01-01,2025-02-01,20\n")
    assert {name: table.num_rows for name, table in result.tables.items()} == {
        "documents": 2,
        "applications": 1,
        "customers": 1,
    }
    assert column(result.tables["customers"], "customer_id") == ["C2"]
    # one line of the file, one reason for each entity that needed the date
    assert [(r.line, r.entity, r.code) for r in result.rejected] == [
        (2, "applications", "not_a_date"),
        (2, "documents", "not_a_date"),
    ]
    assert (result.rows_in_file, result.rows_accepted, result.rows_rejected) == (2, 1, 1)
    # the receipt repeats the invoice's amount: it must not count twice in the control total
    assert (result.amount_in_file, result.amount_accepted, result.amount_rejected) == tuple(map(Decimal, (30, 20, 10)))


def test_an_unpaid_row_gives_the_invoice_alone(mapped):
    result = mapped("1,F,C1,Ana,N,2025-01-01,,10\n2,F,C1,Ana,N,2025-01-01,NULL,10\n3,F,C1,Ana,N,2025-01-01,-,10\n")
    assert column(result.tables["documents"], "document_type") == ["invoice"] * 3
    assert result.tables["applications"].num_rows == 0
    assert result.rejected == ()


def test_derived_customers_collapse_and_the_last_thing_said_wins(mapped):
    result = mapped(
        "1,F,C1,Ana,North,2025-01-01,,1\n2,F,C1,Ana SA,,2025-01-01,,1\n3,F,C1,,South,2025-01-01,,1\n"
        "4,F,C2,,,2025-01-01,,1\n5,F,C2,,,2025-01-01,,1\n"
    )
    customers = result.tables["customers"]
    assert [column(customers, name) for name in ("customer_id", "name", "segment")] == [["C1"], ["Ana SA"], ["South"]]
    # nobody ever says what C2 is called
    assert [(r.line, r.column, r.code) for r in result.rejected] == [
        (5, "name", "missing_value"),
        (6, "name", "missing_value"),
    ]
    assert result.tables["documents"].num_rows == 3


def test_a_row_nobody_takes_is_told(tmp_path):
    (tmp_path / "shop.yml").write_text(INVOICES[: INVOICES.index("  - entity: customers")])
    (tmp_path / "x.csv").write_text(HEADER + "1,TICKET,,,,2025-01-01,,10\n2,F,,,,2025-01-01,,10\n")
    profile = load_profile(tmp_path / "shop.yml")
    result = map_file(read_file(tmp_path / "x.csv", profile), profile, Companies({}, "?"))
    assert [(r.line, r.entity, r.code) for r in result.rejected] == [(2, None, "no_entity")]
    assert (result.rows_in_file, result.rows_accepted) == (2, 1)


def test_equal_keys_keep_the_first_whatever_entity_they_are_in(mapped):
    result = mapped("1,F,C1,Ana,,2025-01-01,2025-02-01,10\n1,F,C1,Ana,,2025-01-01,,99\n")
    assert [(r.line, r.code, r.value) for r in result.rejected] == [(3, "duplicate_key", "MX/1")]
    assert column(result.tables["documents"], "amount") == [Decimal(10), Decimal(10)]


def test_versions_of_one_key_with_their_own_recording_time_are_no_duplicates(home, tmp_path):
    path = tmp_path / "applications.csv"
    path.write_text(
        "company,application_id,from_document_id,to_document_id,applied_on,amount,recorded_at\n"
        "MX,A,R,F,2025-01-05,10,2025-01-05T10:00:00-06:00\n"
        "MX,A,R,F,2025-01-05,12,2025-01-09 08:00\n"
        "MX,A,R,F,2025-01-05,13,2025-01-09T08:00:00Z\n" + "".join(f"MX,B{n},R,F,2025-01-05,1,\n" for n in range(300))
    )
    result = home.load(path)
    assert [(r.line, r.code) for r in result.rejected] == [(4, "duplicate_key")]


def test_order_of_rows_changes_no_sum(mapped):
    rows = [f"{n},F,C{n % 3},N{n},,2025-01-0{n % 9 + 1},2025-02-01,{n}.{n:02d}" for n in range(1, 40)]
    one, other = mapped("\n".join(rows) + "\n"), mapped("\n".join(reversed(rows)) + "\n")
    assert one.amount_in_file == other.amount_in_file == sum(Decimal(f"{n}.{n:02d}") for n in range(1, 40))
    for name in ("documents", "applications"):
        assert sorted(column(one.tables[name], "amount")) == sorted(column(other.tables[name], "amount"))
