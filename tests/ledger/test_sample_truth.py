"""The published figures of the sample group against what the simulator knows to be so.

The truth is reckoned by the sample's own oracle in plain Python; the figures come through the native-looking exports,
the ordinary profiles and the real models.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingest.sample import sample_config, simulate, write_exports
from orchestration.home import initialise
from orchestration.landing import landed_files
from orchestration.settings import load_settings
from tests.homes import build_figures, load

UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the tiny group with the truth's files beside it as views."""
    folder = tmp_path_factory.mktemp("truth")
    exports = write_exports(simulate("tiny", until=UNTIL), folder / "exports")
    initialise(folder / "home", sample_config(folder / "exports"))
    settings = load_settings(folder / "home")
    truth = Path(exports.truth)
    load(settings, [path for path in landed_files(folder / "exports") if truth not in path.parents], on=UNTIL)
    with duckdb.connect(str(build_figures(settings, UNTIL)), read_only=True) as connection:
        for name in ("policy_states", "bank_receipts", "control_balances"):
            connection.execute(
                f"create temp view {name} as select * from read_csv('{truth / name}.csv', all_varchar = true)"
            )
        yield connection


def test_every_month_end_ties_to_the_control_accounts(figures: duckdb.DuckDBPyConnection) -> None:
    compared, different = figures.execute(
        """
        with found as (
            select
                truth.balance,
                (
                    select coalesce(sum(entry.base_amount), 0) from fct_receivable_entry as entry
                    where
                        entry.company = truth.company
                        and entry.receivable_account = truth.account
                        and entry.entry_date <= cast(truth.as_of as date)
                        and entry.known_to is null
                ) as subledger
            from control_balances as truth
        )
        select count(*), count(*) filter (where subledger <> cast(balance as decimal(18, 4))) from found
        """
    ).fetchone()
    assert (compared > 90, different) == (True, 0)
    assert figures.execute("select count(*) from tie_out(?) where unexplained <> 0", [UNTIL]).fetchone() == (0,)


@pytest.mark.parametrize("rule", ["R07", "R11"])
def test_the_policy_engine_finds_every_breach_and_nothing_else(
    figures: duckdb.DuckDBPyConnection, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    true, found, both = figures.execute(
        """
        with truth as (
            select company, customer_id, cast("on" as date) as day from policy_states
            where rule_id = $rule and outcome = 'breach'
        ),

        found as (
            select company, customer_id, evaluated_on as day from fct_policy_evaluation
            where rule_id = $rule and outcome = 'breach'
        )

        select
            (select count(*) from truth), (select count(*) from found),
            (select count(*) from truth inner join found using (company, customer_id, day))
        """,
        {"rule": rule},
    ).fetchone()
    with capsys.disabled():
        print(
            f"\n{rule}: {true} breaches planted, {found} found, precision {both / found:.3f}, recall {both / true:.3f}"
        )
    assert true == found == both > 0


def test_certain_bank_matches_are_the_true_ones(
    figures: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Precision is 1: no receipt is matched by itself to an invoice it does not pay; every true T1 one is found."""
    matched, wrong, true_t1, found_t1 = figures.execute(
        """
        with matches as (
            select match.company, match.bank_account, match.evidence, match.document_id, match.booked_on,
                match.transaction_amount
            from fct_bank_match as match where match.status = 'auto'
        ),

        receipts as (
            select company, bank_account, document_id, cast(booked_on as date) as booked_on,
                cast(amount as decimal(18, 4)) as amount, lower(is_t1) in ('true', '1') as is_t1
            from bank_receipts where document_id is not null and document_id <> ''
        ),

        joined as (
            select
                matches.document_id is not null as is_matched,
                receipts.document_id is not null as is_true,
                coalesce(receipts.is_t1, false) as is_t1
            from matches
            full outer join receipts
                on
                    matches.company = receipts.company
                    and matches.document_id = receipts.document_id
                    and matches.booked_on = receipts.booked_on
                    and matches.transaction_amount = receipts.amount
        )

        select
            count(*) filter (where is_matched), count(*) filter (where is_matched and not is_true),
            count(*) filter (where is_t1), count(*) filter (where is_t1 and is_matched)
        from joined
        """
    ).fetchone()
    with capsys.disabled():
        print(f"\nT1: {matched} matched by themselves, {wrong} wrongly; {found_t1} of {true_t1} exact ones found")
    assert wrong == 0
    assert found_t1 == true_t1 > 0
