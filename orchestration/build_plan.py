"""Whether a build begins from nothing or takes up the tables it finds, and what it has left undone."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ingest.lake import Lake
from orchestration.build_inputs import FIRST_DAY
from orchestration.settings import CARTERA_FILE, POLICIES_FILE, Settings

# Rows of these change the worth or the account of documents that no batch names.
_REACHES_EVERYTHING = frozenset({"companies"})
# company, day, account
_Balance = tuple[str, date, str]


@dataclass(frozen=True, slots=True)
class BuildState:
    """What the tables of the warehouse hold, as noted beside them.

    `applied` are the batches they were built from, `begun` those of a build that has not come to its end;
    `basis` names code and settings; `through_seq` is the highest number of an applied batch. `policy` names the credit
    policy all evaluations were judged by, empty where some may have been judged by another; `days` are the as-of days,
    more than one after a build that has not come to its end.
    """

    basis: str
    applied: tuple[str, ...]
    begun: tuple[str, ...]
    through_seq: int
    policy: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """How to build.

    `full` says why everything is worked out anew; empty: only what batches after `applied_seq` touch. Then everybody is
    judged anew on all days where the policy `is_policy_new`, else on those from `evaluate_from` on.
    """

    full: str
    applied_seq: int
    is_policy_new: bool
    evaluate_from: date
    state: BuildState

    @property
    def dbt_args(self) -> tuple[str, ...]:
        """What the plan adds to dbt's arguments: no unit tests, which hold the code and not the data.

        The views of staging that a build takes up are as they would be made anew: they name neither day nor batch, and
        code, settings and place are those of the build before. Tests that read them stay.
        """
        if self.full:
            return ("--full-refresh", "--exclude", "test_type:unit")
        return ("--indirect-selection", "empty", "--exclude", "test_type:unit staging,config.materialized:view")


def state_file(settings: Settings) -> Path:
    """Where the state of the warehouse is noted."""
    return settings.warehouse_dir / "build.json"


def plan_build(
    settings: Settings, files: tuple[Path, Path], as_of: date, *, identity: str, rebuild: bool = False
) -> BuildPlan:
    """Plan the next build of `files`, warehouse and marts, for a day; `identity` names the code. Changes nothing."""
    lake = Lake(settings.lake_dir)
    present = {str(batch["batch_id"]): batch for batch in lake.batches()}
    basis = _basis(settings, identity)
    found = _read(state_file(settings))
    full = "asked for" if rebuild else _why_full(found, basis, present, files)
    applied_seq = 0 if full or found is None else found.through_seq
    if not full:
        new = [batch for batch in present.values() if int(batch["batch_seq"]) > applied_seq]
        full = _reach(new, lake, files[1])
        applied_seq = 0 if full else applied_seq
    through = max((int(batch["batch_seq"]) for batch in present.values()), default=0)
    state = BuildState(basis, tuple(sorted(present)), (), through, _policy(settings), (as_of,))
    if full or found is None:
        return BuildPlan(full, 0, True, FIRST_DAY, state)
    return BuildPlan("", applied_seq, found.policy != state.policy, _evaluate_from(found.days, as_of), state)


def note_begun(settings: Settings, plan: BuildPlan) -> None:
    """Before the first table is touched: a build that is killed is taken up, or begun anew, by the next."""
    if plan.full:
        state_file(settings).unlink(missing_ok=True)
        return
    found = _read(state_file(settings))
    assert found is not None  # a build that isn't full takes one up
    begun = tuple(sorted({*found.begun, *plan.state.applied} - {*found.applied}))
    policy = "" if plan.is_policy_new else found.policy
    days = tuple(sorted({*found.days, *plan.state.days}))
    _write(state_file(settings), BuildState(found.basis, found.applied, begun, found.through_seq, policy, days))


def note_built(settings: Settings, plan: BuildPlan) -> None:
    """After the last table stands and every check has passed."""
    _write(state_file(settings), plan.state)


def _why_full(found: BuildState | None, basis: str, present: dict[str, Any], files: tuple[Path, Path]) -> str:
    if found is None or not all(file.exists() for file in files):
        return "there is nothing to take up"
    if found.basis != basis:
        return "code or settings have changed"
    if not {*found.applied, *found.begun} <= present.keys():
        return "a file that was in the figures has left the lake"
    return ""


def _reach(new: list[dict[str, Any]], lake: Lake, marts: Path) -> str:
    """Whether the new batches change what no document's batch names."""
    entities = {name for batch in new for name in json.loads(batch["entities"])}
    if entities & _REACHES_EVERYTHING:
        return "companies were described anew"
    known = _known_balances(marts)
    arrived = set[_Balance]()
    for batch in new:
        balances = lake.batches_dir / str(batch["batch_id"]) / "gl_balances.parquet"
        if balances.exists():
            table = pq.read_table(balances, columns=["company", "as_of", "account"])
            arrived |= set(zip(*(column.to_pylist() for column in table.columns), strict=True))
    if _only_accounts(known) != _only_accounts(known | arrived):
        return "the ledger begins with other receivable accounts, which is where items without one belong"
    return ""


def _known_balances(marts: Path) -> set[_Balance]:
    try:
        with duckdb.connect(str(marts), read_only=True) as connection:
            rows = connection.execute("select company, as_of, account from fct_gl_balance").fetchall()
    except duckdb.Error:
        return set()  # a build that was killed before it came to this table
    return {(company, as_of, account) for company, as_of, account in rows}


def _only_accounts(balances: Iterable[_Balance]) -> dict[str, str]:
    """Where each company's ledger begins with one account, that one: what int_ledger__companies takes by default."""
    first: dict[str, tuple[date, set[str]]] = {}
    for company, as_of, account in balances:
        day, accounts = first.get(company, (as_of, set()))
        if as_of < day:
            day, accounts = as_of, set()
        if as_of == day:
            accounts.add(account)
        first[company] = day, accounts
    return {company: min(accounts) for company, (_, accounts) in first.items() if len(accounts) == 1}


def _evaluate_from(days: tuple[date, ...], as_of: date) -> date:
    """The first day whose evaluations do not stand for everybody: what the master says has no date and speaks for the
    as-of day only, which is judged on other grounds once it is the past.
    """
    return date.max if set(days) == {as_of} else min(*days, as_of)


def _policy(settings: Settings) -> str:
    return hashlib.sha256(_content(settings.home / POLICIES_FILE)).hexdigest()


def _basis(settings: Settings, identity: str) -> str:
    # views name the place of what they read
    places = f"{settings.lake_dir}\n{settings.warehouse_dir}\n"
    return hashlib.sha256(identity.encode() + places.encode() + _content(settings.home / CARTERA_FILE)).hexdigest()


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _read(path: Path) -> BuildState | None:
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return BuildState(
            str(noted["basis"]),
            tuple(noted["applied"]),
            tuple(noted["begun"]),
            int(noted["through_seq"]),
            str(noted["policy"]),
            tuple(date.fromisoformat(day) for day in noted["days"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none, or cut off by a crash: a full build needs none


def _write(path: Path, state: BuildState) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    with beside.open("w", encoding="utf-8") as out:
        json.dump(asdict(state), out, default=date.isoformat)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
