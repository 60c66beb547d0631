"""What was known at a time: intervals corrected by the entries known otherwise, equal the sum of entries known then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from ledger.books import QUESTION_DAYS, RECORDING_DAYS, TODAY
from ledger.conftest import Library

pytestmark = pytest.mark.slow

_BALANCES = "select item_id, open_amount, open_base from open_items($day, known_at := $known_at)"
_SUMS = """
    select
        item.item_id,
        cast(sum(entry.amount) as decimal(18, 4)) as open_amount,
        case
            when item.document_type = 'revaluation' then cast(sum(entry.base_amount) as decimal(18, 4))
            else round_to_minor_unit(cast(sum(entry.amount) as decimal(18, 4)) * item.fx_rate, item.minor_units)
        end as open_base
    from fct_receivable_entry as entry
    join dim_receivable_item as item
        on item.item_id = entry.item_id
        and item.known_from <= $until and (item.known_to is null or item.known_to > $until)
    where entry.entry_date <= $day
        and entry.known_from <= $until and (entry.known_to is null or entry.known_to > $until)
    group by item.item_id, item.document_type, item.fx_rate, item.minor_units
    having sum(entry.amount) <> 0 or (item.document_type = 'revaluation' and sum(entry.base_amount) <> 0)
"""
_NOON = datetime.combine(RECORDING_DAYS[1], time(12))


@pytest.mark.parametrize("known_at", [*RECORDING_DAYS, _NOON, TODAY], ids=str)
def test_balances_as_known_are_the_sum_of_entries_as_known(library: Library, known_at: date) -> None:
    of_the_day = not isinstance(known_at, datetime)
    until = datetime.combine(known_at, time.max) if of_the_day else known_at
    counted = 0
    for day in (*QUESTION_DAYS, TODAY):
        asked = {"day": day, "known_at": known_at, "until": until}
        for one, other in ((_BALANCES, _SUMS), (_SUMS, _BALANCES)):
            differing = library.figures.connection.execute(
                f"select * from ({one}) except all select * from ({other})", asked
            )
            assert differing.fetchall() == [], f"open on {day}, known at {known_at}"
        counted += len(library.figures.rows("select 1 from open_items(?, known_at := ?)", [day, known_at]))
    assert counted > 500


def test_what_is_known_of_a_moment_includes_the_moment(library: Library) -> None:
    """A row recorded at K is known at K, and not a microsecond before."""
    (moment, day), *_ = library.figures.rows(
        "select known_from, entry_date from fct_receivable_entry where entry_date <= ? group by all"
        " having sum(amount) > 0 order by count(*) desc, known_from limit 1",
        [TODAY],
    )
    before, then = (
        library.figures.rows("select item_id, open_amount from open_items(?, known_at := ?) order by all", [day, at])
        for at in (moment - timedelta(microseconds=1), moment)
    )
    assert before != then


@pytest.mark.parametrize("known_at", [None, *RECORDING_DAYS[::2]], ids=str)
def test_ageing_is_the_sum_of_the_open_items(library: Library, known_at: date | None) -> None:
    """Known now, the ageing reads intervals without their items."""
    for day in QUESTION_DAYS:
        aged, items = (
            library.figures.rows(
                f"select company, customer_id, customer_name, cast(sum(open_base) as decimal(38, 4)),"
                f" cast(coalesce(sum({disputed}), 0) as decimal(38, 4)), cast(sum({n}) as bigint)"
                f" from {macro}(?, known_at := ?) group by all order by all",
                [day, known_at],
            )
            for macro, disputed, n in (
                ("aging", "disputed_base", "n_items"),
                ("open_items", "case when is_disputed then open_base end", "1"),
            )
        )
        assert aged == items
        assert aged


@pytest.mark.parametrize(
    ("query", "parameters", "read", "unread"),
    [
        ("open_items(?)", [TODAY], {"dim_receivable_item"}, {"fct_receivable_entry"}),
        ("aging(?)", [TODAY], set(), {"fct_receivable_entry", "dim_receivable_item"}),
        ("aging(?, known_at := ?)", [TODAY, None], set(), {"fct_receivable_entry", "dim_receivable_item"}),
        ("aging(?, known_at := ?)", [TODAY, RECORDING_DAYS[0]], {"fct_receivable_entry", "dim_receivable_item"}, set()),
    ],
)
def test_a_question_reads_no_more_than_it_needs(
    library: Library, query: str, parameters: list[date | None], read: set[str], unread: set[str]
) -> None:
    """A branch of a macro that a question does not take is not planned: with many invoices it would take seconds."""
    ((_, plan),) = library.figures.connection.execute(
        f"explain (format json) select * from {query}", parameters
    ).fetchall()
    assert all(table in plan for table in read | {"fct_open_balance"})
    assert not any(table in plan for table in unread)
