"""A build begins from nothing where balances of the ledger say anew in which account items without one stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from homes import load, new_home

from orchestration.build import marts_file, warehouse_file
from orchestration.build_plan import BuildPlan, note_built, plan_build
from orchestration.settings import Settings

Balances = Sequence[tuple[str, str]]
JANUARY, MARCH = "2025-01-31", "2025-03-31"


def _deliver(settings: Settings, balances: Balances, folder: Path, on: date) -> None:
    # another company's, so that no delivery is empty
    lines = [f"K1,{account},{day},10" for day, account in balances] + [f"K2,1105,{JANUARY},{on.day}"]
    path = folder / f"gl_balances_{on}.csv"
    path.write_text("\n".join(["company,account,as_of,balance", *lines, ""]), encoding="utf-8")
    load(settings, [path], on=on)


def _plan(settings: Settings) -> BuildPlan:
    return plan_build(settings, (warehouse_file(settings), marts_file(settings)), identity="code")


@pytest.mark.parametrize(
    ("held", "arriving", "moves"),
    [
        ([(JANUARY, "1105")], [(MARCH, "1105")], False),
        ([(JANUARY, "1105")], [(MARCH, "1105"), (MARCH, "1106")], False),
        ([(JANUARY, "1105")], [(JANUARY, "1106")], True),
        ([(MARCH, "1105")], [(JANUARY, "1106")], True),
        ([(MARCH, "1105"), (MARCH, "1106")], [(JANUARY, "1105")], True),
        ([(MARCH, "1105")], [(JANUARY, "1105")], False),
        ([(MARCH, "1105"), (MARCH, "1106")], [(JANUARY, "1105"), (JANUARY, "1106")], False),
        ([], [(MARCH, "1105"), (MARCH, "1106")], False),
        ([], [(MARCH, "1105")], True),
    ],
)
def test_balances_that_move_items_without_an_account_are_no_small_thing(
    tmp_path: Path, held: Balances, arriving: Balances, moves: bool
) -> None:
    settings = new_home(tmp_path / "home")
    _deliver(settings, held, tmp_path, date(2025, 4, 1))
    with duckdb.connect(str(marts_file(settings))) as marts:
        marts.execute("create table fct_gl_balance (company varchar, as_of date, account varchar)")
        marts.execute("insert into fct_gl_balance values ('K2', ?, '1105')", [JANUARY])
        for day, account in held:
            marts.execute("insert into fct_gl_balance values ('K1', ?, ?)", [day, account])
    warehouse_file(settings).touch()
    note_built(settings, _plan(settings))
    assert _plan(settings).full == ""
    _deliver(settings, arriving, tmp_path, date(2025, 4, 2))
    assert bool(_plan(settings).full) is moves
