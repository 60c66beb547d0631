"""The exports look native, and the ordinary profiles read them without one rejected row."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from ingest.context import IngestContext
from ingest.contract import ENTITIES
from ingest.contract.shape import Kind
from ingest.lake import Lake
from ingest.loading import load_file
from ingest.sample import Exports, Group
from ingest.sample.export import rows

PROFILES = {
    "auxiliar_cartera": "sample_erp_mx_documentos",
    "aplicaciones": "sample_erp_mx_aplicaciones",
    "clientes": "sample_clientes",
    "movimiento_cartera": "sample_erp_co_cartera",
    "cruces": "sample_erp_co_cruces",
    "estado_cuenta": "mt940",
    "cartola": "camt053",
}


@pytest.fixture(scope="module")
def lake(tiny: Group, exports: Exports, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """All exports loaded the ordinary way, recognised by their content alone."""
    home = tmp_path_factory.mktemp("home")
    found = Lake(home / "lake")
    accounts = {bank.number: spec.code for spec in tiny.companies for bank in spec.banks}
    context = IngestContext(bank_accounts=accounts, companies=tuple(spec.code for spec in tiny.companies))
    for path in exports.files:
        result = load_file(path, lake=found, archive=home / "archive", rejected_dir=home / "rejected",
                           loaded_at=datetime.fromisoformat("2026-06-30T12:00:00"), context=context)  # fmt: skip
        assert (result.status, result.rows_rejected) == ("loaded", 0), (path.name, result.rejected[:3])
        kind = path.name.split("_and")[0]
        assert result.source == PROFILES.get(kind, "cartera"), path.name
    return found


@pytest.mark.parametrize(
    "entity",
    [name for name in rows.ENTITY_ROWS if name not in ("bank_transactions", "bank_statements")],
)
def test_what_is_read_is_what_was_written(entity: str, tiny: Group, lake: Lake) -> None:
    """Cell by cell: every column of every row, through encodings, separators, dates and sheets."""
    columns = ENTITIES[entity].columns
    written = [dict(row) for row in rows.ENTITY_ROWS[entity](tiny)]
    for row in written:
        if row.get("company") == "ANDCO" and "fx_rate" in row:
            row["fx_rate"] = None  # the Colombian ledger has one currency and no column for its rate
    expected = sorted(repr([_as_read(row.get(c.name), c) for c in columns]) for row in written)
    assert expected
    assert sorted(repr([_as_read(value, c) for value, c in zip(row, columns, strict=True)])
                  for row in _read(lake, entity)) == expected  # fmt: skip


def _as_read(value, column):
    if value is None or value == "":
        value = column.default
    if isinstance(value, Decimal):
        value = value.normalize() + 0
    return Decimal(value).normalize() + 0 if column.kind in (Kind.MONEY, Kind.RATE) and value is not None else value


def _read(lake: Lake, entity: str) -> list[tuple]:
    names = ", ".join(f'"{name}"' for name in ENTITIES[entity].column_names)
    glob = str(lake.batches_dir / "*" / f"{entity}.parquet")
    return duckdb.sql(f"SELECT {names} FROM read_parquet('{glob}', union_by_name = true)").fetchall()


def test_bank_lines_are_read_with_their_key_text_and_amount(tiny: Group, lake: Lake) -> None:
    glob = str(lake.batches_dir / "*" / "bank_transactions.parquet")
    found = duckdb.sql(f"""
        SELECT company, bank_account, coalesce(end_to_end_id, structured_reference, transaction_id), booked_on,
               currency, amount, coalesce(is_reversal, false), remittance_text
        FROM read_parquet('{glob}', union_by_name = true)
    """).fetchall()
    by_key = {row[:3]: row[3:] for row in found}
    expected = 0
    for statement in tiny.statements:
        for line in statement.lines:
            expected += 1
            booked, currency, amount, is_reversal, text = by_key[statement.spec.code, statement.bank.number, line.id]
            assert (booked, currency) == (line.booked, statement.bank.currency)
            assert amount == Decimal(line.amount).scaleb(0 if currency == "CLP" else -2)
            assert is_reversal == (line.kind == "reversal")
            if line.exact_reference:
                assert line.lines[0][0].number in text
    assert len(found) == len(by_key) == expected


def test_statements_are_read_with_balances_that_carry_over(tiny: Group, lake: Lake) -> None:
    glob = str(lake.batches_dir / "*" / "bank_statements.parquet")
    found = duckdb.sql(f"""
        SELECT bank_account, to_on, opening_balance, closing_balance
        FROM read_parquet('{glob}', union_by_name = true) ORDER BY 1, 2
    """).fetchall()
    assert len(found) == len(tiny.statements)
    by_account: dict[str, list[tuple]] = defaultdict(list)
    for account, _, opening, closing in found:
        by_account[account].append((opening, closing))
    assert set(by_account) == {bank.number for spec in tiny.companies for bank in spec.banks}
    for balances in by_account.values():
        assert all(before[1] == after[0] for before, after in pairwise(balances))


def test_the_mexican_ledger_is_written_as_its_erp_does(exports: Exports) -> None:
    path = next(path for path in exports.files if path.name.startswith("auxiliar_cartera"))
    lines = path.read_bytes().decode("cp1252").split("\r\n")
    assert lines[0].startswith("Andino México") and lines[2].startswith("Clase;Folio interno;")
    assert lines[-2].startswith("TOTAL GENERAL;")
    data = list(csv.reader(lines[3:-2], delimiter=";"))
    charged = sum(Decimal(row[11].replace(".", "").replace(",", ".")) for row in data if row[11])
    assert lines[-2].split(";")[11] == f"{charged:,.2f}".translate({ord(","): ".", ord("."): ","})
    assert any("." in row[11] and "," in row[11] for row in data)


def test_mt940_lines_keep_to_65_characters(exports: Exports) -> None:
    for path in (path for path in exports.files if path.suffix == ".sta"):
        lines = path.read_bytes().decode("ascii").split("\r\n")
        assert max(map(len, lines)) <= 65


def test_the_truth_is_not_among_the_files(exports: Exports) -> None:
    assert exports.truth.is_dir()
    assert {path.name for path in exports.truth.iterdir()} == {
        "README.txt", "bank_receipts.csv", "control_balances.csv", "payer_types.csv", "policy_breaches.csv",
        "policy_states.csv",
    }  # fmt: skip
    assert all(exports.truth not in path.parents and path.is_file() for path in exports.files)
    assert len({path.name for path in exports.files}) == len(exports.files)  # they share one landing folder


def test_larger_sizes_are_cut_by_month(tiny: Group, tmp_path: Path) -> None:
    from dataclasses import replace

    from ingest.sample.export.split import by_month

    larger = replace(tiny, size="medium")
    lots = {label: list(lot) for label, lot in by_month(larger, rows.orders(tiny), "ordered_on")}
    assert sum(map(len, lots.values())) == sum(1 for _ in rows.orders(tiny))
    assert "2026-06" in lots and all(row["ordered_on"].isoformat()[:7] == "2026-06" for row in lots["2026-06"])
    for entity, column in {"documents": "issue_date", "applications": "applied_on", "contacts": "at"}.items():
        cut = by_month(larger, rows.ENTITY_ROWS[entity](tiny), column)
        assert sum(len(list(lot)) for _, lot in cut) == sum(1 for _ in rows.ENTITY_ROWS[entity](tiny))
    with pytest.raises(ValueError, match="not sorted"):
        for _, lot in by_month(larger, reversed(list(rows.orders(tiny))), "ordered_on"):
            list(lot)
