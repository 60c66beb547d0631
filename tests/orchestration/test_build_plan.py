"""What a build takes up: nothing where balances of the ledger say anew in which account items without one stand; no
evaluation of another policy, of a day that was today, or of a build that was killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from homes import load, new_home

from orchestration.build import marts_file, warehouse_file
from orchestration.build_plan import BuildPlan, note_begun, note_built, plan_build
from orchestration.settings import POLICIES_FILE, Settings

Balances = Sequence[tuple[str, str]]
JANUARY, MARCH = "2025-01-31", "2025-03-31"


def _deliver(settings: Settings, balances: Balances, folder: Path, on: date) -> None:
    # another company's, so that no delivery is empty
    lines = [f"K1,{account},{day},10" for day, account in balances] + [f"K2,1105,{JANUARY},{on.day}"]
    path = folder / f"gl_balances_{on}.csv"
    path.write_text("\n".join(["company,account,as_of,balance", *lines, ""]), encoding="utf-8")
    load(settings, [path], on=on)


def _plan(settings: Settings, as_of: date = date(2025, 4, 2)) -> BuildPlan:
    return plan_build(settings, (warehouse_file(settings), marts_file(settings)), as_of, identity="code")


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


AUGUST_31, SEPTEMBER_1 = date(2025, 8, 31), date(2025, 9, 1)


@pytest.fixture
def built(tmp_path: Path) -> Settings:
    """A home with a finished build of the last day of August."""
    settings = new_home(tmp_path / "home")
    _deliver(settings, [(JANUARY, "1105")], tmp_path, date(2025, 4, 1))
    for file in (warehouse_file(settings), marts_file(settings)):
        file.touch()
    note_built(settings, _plan(settings, AUGUST_31))
    return settings


def _policy_is(settings: Settings, text: str) -> None:
    (settings.home / POLICIES_FILE).write_text(text, encoding="utf-8")


def test_evaluations_of_the_same_day_and_policy_stand(built: Settings) -> None:
    plan = _plan(built, AUGUST_31)
    assert (plan.full, plan.is_policy_new, plan.evaluate_from) == ("", False, date.max)


@pytest.mark.parametrize("today", [SEPTEMBER_1, date(2025, 7, 31)])
def test_the_day_that_was_today_is_judged_anew(built: Settings, today: date) -> None:
    assert _plan(built, today).evaluate_from == min(today, AUGUST_31)


def test_another_policy_judges_everybody_anew_until_a_build_with_it_is_finished(built: Settings) -> None:
    _policy_is(built, "policies: []  # as it was\n")
    plan = _plan(built, AUGUST_31)
    assert (plan.full, plan.is_policy_new) == ("", True)
    note_built(built, plan)
    assert not _plan(built, AUGUST_31).is_policy_new


def test_what_a_killed_build_began_stands_for_nothing(built: Settings) -> None:
    before = (built.home / POLICIES_FILE).read_text(encoding="utf-8")
    _policy_is(built, "policies: []  # another\n")
    note_begun(built, _plan(built, SEPTEMBER_1))
    _policy_is(built, before)
    # the policy is the old one again, and so is the day, but some tables may be of the other
    plan = _plan(built, AUGUST_31)
    assert (plan.full, plan.is_policy_new, plan.evaluate_from) == ("", True, AUGUST_31)
    # begun twice, a day of its own only counts until a build is finished
    note_begun(built, plan)
    assert _plan(built, SEPTEMBER_1).evaluate_from == AUGUST_31
    note_built(built, _plan(built, SEPTEMBER_1))
    plan = _plan(built, SEPTEMBER_1)
    assert (plan.is_policy_new, plan.evaluate_from) == (False, date.max)
