"""Look-ups in companion files: beside the file, loaded before, not there; and whose they are."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.context import Binding, IngestContext
from ingest.errors import CompanionMissing, CompanyUnknown, MissingColumns, UnknownSource

LINES = """name: lines
title: {es: apuntes, en: lines}
format: delimited
load: delta
recognise: {columns: [line, move, amount]}
derived:
  Posted: {lookup: {source: moves, match: move, key: number, take: posted, missing: %s}}
entities:
  - entity: documents
    columns:
      company: {context: company}
      document_id: line
      document_type: {constant: journal}
      issue_date: {constant: 2025-01-01}
      currency: {constant: MXN}
      amount: amount
      recorded_at: [Posted, day]
"""
MOVES = """name: moves
title: {es: asientos, en: moves}
format: delimited
load: delta
recognise: {columns: [number, posted]}
entities: reference
"""
LINE_ROWS = "line,move,amount,day\n1,M1,5,2025-01-01\n2,M2,7,2025-01-02\n3,,9,2025-01-03\n"
MOVE_ROWS = "number,posted\nM1,2025-02-01\nM2,2025-02-02\n"


@pytest.fixture
def context(own: Path) -> IngestContext:
    write_profiles(own)
    return IngestContext(companies=("MX",), own_sources=own)


def write_profiles(own: Path, missing: str = "empty") -> None:
    (own / "lines.yml").write_text(LINES % missing)
    (own / "moves.yml").write_text(MOVES)


@pytest.fixture
def drop(tmp_path: Path):
    """drop(name, text, folder="in"): the path of a new file."""

    def run(name: str, text: str, folder: str = "in") -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return run


def recorded(home, company: str = "MX") -> dict[str, str]:
    found = duckdb.sql(
        f"select document_id, recorded_at::date::varchar from '{home.lake.root}/batches/*/documents.parquet' "
        f"where company = '{company}'"
    ).fetchall()
    return dict(found)


POSTED = {"1": "2025-02-01", "2": "2025-02-02", "3": "2025-01-03"}


def test_a_companion_beside_the_file_is_read_whatever_it_is_called(home, drop, context):
    drop("whatever.csv", MOVE_ROWS)
    drop("unrelated.csv", "a,b\n1,2\n")
    result = home.load(drop("lines.csv", LINE_ROWS), context=context)
    assert (result.status, result.notes) == ("loaded", ())
    assert recorded(home) == POSTED


def test_a_companion_loaded_before_is_read_as_it_is_kept(home, drop, context):
    moves = drop("moves.csv", MOVE_ROWS, "yesterday")
    kept = home.load(moves, context=context)
    moves.unlink()
    assert (kept.status, kept.rows, kept.rows_in_file, kept.rows_rejected) == ("loaded", {}, 2, 0)
    assert kept.kept_at is not None and kept.kept_at.read_text() == MOVE_ROWS
    home.load(drop("lines.csv", LINE_ROWS), context=context)
    assert recorded(home) == POSTED


def test_beside_wins_over_before_and_newer_over_older_and_all_are_asked(home, drop, context):
    home.load(drop("a.csv", "number,posted\nM1,2024-01-01\nM2,2024-02-02\n", "d1"), context=context)
    home.load(drop("b.csv", "number,posted\nM2,2024-03-03\n", "d2"), context=context)
    drop("c.csv", "number,posted\nM1,2025-02-01\n")
    home.load(drop("lines.csv", LINE_ROWS), context=context)
    assert recorded(home) == {"1": "2025-02-01", "2": "2024-03-03", "3": "2025-01-03"}


def test_without_a_companion_the_file_is_read_and_says_so(home, drop, context):
    result = home.load(drop("lines.csv", LINE_ROWS), context=context)
    assert result.notes == ("read without moves (moves): no posted",)
    assert home.lake.batch(result.batch_id)["reason"] == result.notes[0]
    assert recorded(home) == {"1": "2025-01-01", "2": "2025-01-02", "3": "2025-01-03"}


def test_a_row_whose_companion_row_is_missing_is_counted(home, drop, context):
    drop("moves.csv", "number,posted\nM1,2025-02-01\nM9,2025-02-09\n")
    result = home.load(drop("lines.csv", LINE_ROWS), context=context)
    assert result.notes == ("1 rows name a move that no moves file lists: they stay without its posted",)
    assert recorded(home)["2"] == "2025-01-02"


def test_a_companion_that_is_needed_is_asked_for_and_the_file_may_come_again(home, drop, context, own):
    write_profiles(own, "refuse")
    lines = drop("lines.csv", LINE_ROWS)
    with pytest.raises(CompanionMissing, match=r"lines\.csv: another file .*(\n.*)*moves \(moves\)"):
        home.load(lines, context=context)
    assert [batch["status"] for batch in home.lake.refused()] == ["refused"]
    drop("moves.csv", MOVE_ROWS)
    assert home.load(lines, context=context).status == "loaded"
    assert recorded(home) == POSTED


def test_who_waits_for_companions_leaves_no_trace(home, drop, context):
    lines = drop("lines.csv", LINE_ROWS)
    with pytest.raises(CompanionMissing):
        home.load(lines, context=context, wait_for_companions=True)
    assert home.files() == set()
    moves = drop("moves.csv", MOVE_ROWS, "elsewhere")
    home.load(lines, context=context, beside=[lines, moves], wait_for_companions=True)
    assert recorded(home) == POSTED


def test_what_another_company_loaded_is_not_looked_at(home, drop, own):
    write_profiles(own)
    two = IngestContext(companies=("MX", "CO"), own_sources=own)
    moves = drop("moves.csv", MOVE_ROWS, "mx")
    with pytest.raises(CompanyUnknown):
        home.load(moves, context=two)
    home.load(moves, context=two, company="MX")
    result = home.load(drop("lines.csv", LINE_ROWS), context=two, company="CO")
    assert result.notes == ("read without moves (moves): no posted",)
    assert recorded(home, "CO")["1"] == "2025-01-01"
    home.load(drop("lines.csv", LINE_ROWS + "4,,1,2025-01-04\n"), context=two, company="MX")
    assert recorded(home, "MX") == POSTED | {"4": "2025-01-04"}


def test_a_binding_says_what_a_file_is_whatever_it_looks_like(home, drop, own):
    write_profiles(own)
    drop("x.csv", MOVE_ROWS)
    bound = IngestContext(bindings=(Binding("lists", "x.*", "cartera"),), companies=("MX",), own_sources=own)
    assert home.load(drop("lines.csv", LINE_ROWS), context=bound).notes == ("read without moves (moves): no posted",)


def test_a_companion_without_the_column_is_told(home, drop, own):
    write_profiles(own)
    (own / "moves.yml").write_text(MOVES.replace("[number, posted]", "[number]"))
    drop("moves.csv", "number,when\nM1,2025-02-01\n")
    with pytest.raises(MissingColumns, match=r"moves\.csv: columns that another file looks up are missing: posted"):
        home.load(drop("lines.csv", LINE_ROWS), context=IngestContext(companies=("MX",), own_sources=own))


def test_a_source_nobody_knows_is_told(home, drop, own):
    write_profiles(own)
    (own / "moves.yml").unlink()
    with pytest.raises(UnknownSource, match="moves"):
        home.load(drop("lines.csv", LINE_ROWS), context=IngestContext(companies=("MX",), own_sources=own))


def test_a_damaged_companion_counts_as_none(home, drop, context):
    drop("moves.csv", 'number,posted\n"M1,2025-02-01\n')
    assert home.load(drop("lines.csv", LINE_ROWS), context=context).notes == ("read without moves (moves): no posted",)
