"""The alert machine: when an alert opens, changes and ends, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.alerts import AlertParams, Evaluation, Outcome, Transition, alert_key, next_states
from orchestration.errors import BadInput
from orchestration.store import AlertState, EventKind, Severity, State

from .cases import DAY, Evaluate

PARAMS = AlertParams()
Days = Sequence[Mapping[str, Any] | None]


def run(evaluate: Evaluate, days: Days, params: AlertParams = PARAMS) -> list[Transition]:
    """One customer through the days: what the rule said each day (None: not in the population, another one is)."""
    states: Mapping[str, AlertState] = {}
    found = []
    for offset, changes in enumerate(days):
        day = DAY + timedelta(days=offset)
        witness = evaluate("C-999", day, outcome=Outcome.PASS, observed=Decimal(0))
        mine = [] if changes is None else [evaluate("C-001", day, **changes)]
        found.append(next_states(states, [witness, *mine], day, params))
        states = found[-1].states
    return found


def kinds(transitions: Sequence[Transition]) -> list[list[EventKind]]:
    return [[event.kind for event in transition.events] for transition in transitions]


BREACH: dict[str, Any] = {}
PASS: dict[str, Any] = {"outcome": Outcome.PASS, "observed": Decimal(90000)}
BAND: dict[str, Any] = {"outcome": Outcome.PASS, "observed": Decimal(97000)}
WAIVED: dict[str, Any] = {"outcome": Outcome.WAIVED}
UNKNOWN: dict[str, Any] = {"outcome": Outcome.NOT_EVALUABLE, "observed": None}
CRITICAL: dict[str, Any] = {"severity": Severity.CRITICAL, "observed": Decimal(130000)}


def test_the_key_holds_no_amount_and_no_date(evaluate: Evaluate) -> None:
    today = evaluate()
    tomorrow = replace(today, evaluated_on=DAY + timedelta(days=1), observed=Decimal(1), exposure_base=Decimal(2))
    assert today.key == tomorrow.key == alert_key("R07", "AMX", "C-001")
    others = {alert_key("R11", "AMX", "C-001"), alert_key("R07", "ACO", "C-001"), alert_key("R07", "AMX", "C-002")}
    assert len(others | {today.key}) == 4


@pytest.mark.parametrize(
    ("days", "events"),
    [
        pytest.param([BREACH, BREACH, PASS], [["opened"], [], ["resolved"]], id="opens, stays, ends"),
        pytest.param([PASS, PASS], [[], []], id="nothing to tell"),
        pytest.param([BREACH, BAND, BAND, BREACH], [["opened"], [], [], []], id="no flapping under the limit"),
        pytest.param([BREACH, {**PASS, "observed": Decimal(95000)}], [["opened"], ["resolved"]], id="95 % is clear"),
        pytest.param(
            [BREACH, {**PASS, "observed": Decimal("95000.01")}], [["opened"], []], id="a cent over 95 % is not"
        ),
        pytest.param(
            [{"threshold": Decimal(0)}, {"outcome": Outcome.PASS, "observed": Decimal(0), "threshold": Decimal(0)}],
            [["opened"], ["resolved"]],
            id="no credit at all, and nothing owed",
        ),
        pytest.param([BREACH, PASS, BREACH], [["opened"], ["resolved"], ["reopened"]], id="comes back"),
        pytest.param([BREACH, WAIVED], [["opened"], ["resolved"]], id="waived, though over the limit"),
        pytest.param([WAIVED, BREACH], [[], ["opened"]], id="the waiver ran out"),
        pytest.param([UNKNOWN, BREACH, UNKNOWN, PASS], [[], ["opened"], [], ["resolved"]], id="no data, no news"),
        pytest.param([BREACH, None], [["opened"], ["resolved"]], id="left the population: paid"),
        pytest.param([BREACH, CRITICAL, BREACH], [["opened"], ["worsened"], ["eased"]], id="worse, then less so"),
    ],
)
def test_what_happens_over_the_days(evaluate: Evaluate, days: Days, events: list[list[str]]) -> None:
    assert kinds(run(evaluate, days)) == events


def test_a_rule_without_a_clear_share_clears_when_it_passes(evaluate: Evaluate) -> None:
    days = {"rule_id": "R11", "observed": Decimal(75), "threshold": Decimal(60)}
    assert kinds(run(evaluate, [days, days | {"outcome": Outcome.PASS}])) == [["opened"], ["resolved"]]


@pytest.mark.parametrize(("gap", "again", "episode"), [(14, "reopened", 1), (15, "opened", 2)])
def test_two_weeks_decide_whether_it_is_the_same_thread(evaluate: Evaluate, gap: int, again: str, episode: int) -> None:
    found = run(evaluate, [BREACH, *[PASS] * gap, BREACH])
    assert kinds(found)[-1] == [again]
    state = found[-1].states[alert_key("R07", "AMX", "C-001")]
    assert (state.state, state.episode, state.resolved_on) == (State.OPEN, episode, None)
    assert state.first_seen == (DAY if episode == 1 else DAY + timedelta(days=gap + 1))


def test_a_resolved_alert_is_closed_after_two_weeks_and_stays_closed(evaluate: Evaluate) -> None:
    found = run(evaluate, [BREACH, *[PASS] * 20])
    assert [day for day, happened in enumerate(kinds(found)) if happened == ["closed"]] == [16]
    assert found[-1].states[alert_key("R07", "AMX", "C-001")].state is State.CLOSED


def test_a_company_that_was_not_evaluated_keeps_its_alerts(evaluate: Evaluate) -> None:
    before = next_states({}, [evaluate()], DAY, PARAMS).states
    tomorrow = DAY + timedelta(days=1)
    elsewhere = evaluate("X", tomorrow, company="ACO", base_currency="COP", outcome=Outcome.PASS)
    after = next_states(before, [elsewhere], tomorrow, PARAMS)
    assert (after.events, after.states) == ((), before)
    assert next_states(before, [], tomorrow, PARAMS).states == before


def test_a_rule_that_waits_opens_on_the_day_it_named(evaluate: Evaluate) -> None:
    waits = AlertParams(open_after_days={"R07": 3})
    assert kinds(run(evaluate, [BREACH] * 4, waits)) == [[], [], ["opened"], []]
    assert kinds(run(evaluate, [BREACH, BREACH, PASS, BREACH, BREACH], waits)) == [[]] * 5
    assert run(evaluate, [BREACH], waits)[0].states[alert_key("R07", "AMX", "C-001")].state is State.PENDING


def test_the_baseline_opens_everything_at_once(evaluate: Evaluate) -> None:
    waits = AlertParams(open_after_days={"R07": 3})
    found = next_states({}, [evaluate("A"), evaluate("B")], DAY, waits, baseline=True)
    assert {(event.kind, event.cause) for event in found.events} == {(EventKind.OPENED, "baseline")}
    assert len(found.events) == 2


def test_under_the_floor_nothing_opens_but_what_is_open_stays(evaluate: Evaluate) -> None:
    floors = AlertParams(floors={"R07": {"MXN": Decimal(50000)}})
    small: dict[str, Any] = {"exposure_base": Decimal("49999.99")}
    at_floor: dict[str, Any] = {"exposure_base": Decimal(50000)}
    other_currency = small | {"company": "ACO", "base_currency": "COP"}
    assert kinds(run(evaluate, [small, at_floor, small], floors)) == [[], ["opened"], []]
    assert kinds(run(evaluate, [other_currency], floors)) == [["opened"]]


def with_state(evaluate: Evaluate, **changes: Any) -> dict[str, AlertState]:
    states = next_states({}, [evaluate()], DAY, PARAMS).states
    return {key: replace(state, **changes) for key, state in states.items()}


def after_days(evaluate: Evaluate, before: Mapping[str, AlertState], days: int, **changes: Any) -> Transition:
    day = DAY + timedelta(days=days)
    return next_states(before, [evaluate(day=day, **changes)], day, PARAMS)


def test_an_acknowledgement_lasts_through_its_last_day(evaluate: Evaluate) -> None:
    acked = with_state(evaluate, state=State.ACKNOWLEDGED, ack_by="Lucía", ack_until=DAY + timedelta(days=2), version=2)
    assert kinds([after_days(evaluate, acked, 2)]) == [[]]
    expired = after_days(evaluate, acked, 3)
    assert kinds([expired]) == [["ack_expired"]]
    (state,) = expired.states.values()
    assert (state.state, state.ack_by, state.ack_until) == (State.OPEN, None, None)


def test_a_snoozed_alert_comes_back_on_its_day_unless_it_was_cured(evaluate: Evaluate) -> None:
    snoozed = with_state(evaluate, state=State.SNOOZED, snoozed_until=DAY + timedelta(days=2), version=2)
    assert kinds([after_days(evaluate, snoozed, 1)]) == [[]]
    assert kinds([after_days(evaluate, snoozed, 2)]) == [["snooze_ended"]]
    assert kinds([after_days(evaluate, snoozed, 2, **PASS)]) == [["resolved"]]


def test_getting_worse_ends_an_acknowledgement(evaluate: Evaluate) -> None:
    acked = with_state(evaluate, state=State.ACKNOWLEDGED, ack_by="Lucía", ack_until=DAY + timedelta(days=9))
    worse = after_days(evaluate, acked, 1, **CRITICAL)
    (state,) = worse.states.values()
    assert (kinds([worse]), state.state, state.ack_by) == ([["worsened"]], State.OPEN, None)


def test_rows_that_contradict_each_other_are_refused(evaluate: Evaluate) -> None:
    with pytest.raises(BadInput, match="two evaluations"):
        next_states({}, [evaluate(), evaluate()], DAY, PARAMS)
    with pytest.raises(BadInput, match="another day"):
        next_states({}, [evaluate(day=date(2025, 6, 29))], DAY, PARAMS)


rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(list(Outcome)),
        st.sampled_from(list(Severity)),
        st.integers(min_value=0, max_value=200),
    ),
    unique_by=lambda row: row[0],
    max_size=3,
)
sequences = st.lists(st.tuples(st.integers(min_value=1, max_value=9), rows), max_size=10)


def evaluations_of(day: date, found: Sequence[tuple[str, Outcome, Severity, int]]) -> list[Evaluation]:
    return [
        Evaluation(
            rule_id="R07",
            subject=subject,
            evaluated_on=day,
            company="AMX",
            customer_id=subject,
            customer_name=subject,
            outcome=outcome,
            severity=severity,
            observed=Decimal(observed),
            threshold=Decimal(100),
            exposure_base=Decimal(observed),
            base_currency="MXN",
            breached_since=None,
            rule_version="1",
            owner=None,
            corrective_es=None,
            corrective_en=None,
        )
        for subject, outcome, severity, observed in found
    ]


@settings(max_examples=150, deadline=None)
@given(sequences)
def test_every_day_twice_is_every_day_once(days: list[tuple[int, list[tuple[str, Outcome, Severity, int]]]]) -> None:
    params = AlertParams(open_after_days={"R07": 2}, floors={"R07": {"MXN": Decimal(10)}})
    once: Mapping[str, AlertState] = {}
    twice: Mapping[str, AlertState] = {}
    day = DAY
    for gap, found in days:
        day += timedelta(days=gap)
        evaluations = evaluations_of(day, found)
        once = next_states(once, evaluations, day, params).states
        twice = next_states(twice, evaluations, day, params).states
        again = next_states(twice, evaluations, day, params)
        assert (again.events, again.changed, again.states) == ((), frozenset(), twice)
        assert once == twice


@settings(max_examples=150, deadline=None)
@given(sequences)
def test_what_must_hold_on_any_day(days: list[tuple[int, list[tuple[str, Outcome, Severity, int]]]]) -> None:
    before: Mapping[str, AlertState] = {}
    day = DAY
    for gap, found in days:
        day += timedelta(days=gap)
        transition = next_states(before, evaluations_of(day, found), day, PARAMS)
        outcomes = {alert_key("R07", "AMX", subject): outcome for subject, outcome, _, _ in found}
        for key, state in transition.states.items():
            stood = key in before and before[key].state.standing
            if outcomes.get(key) is Outcome.BREACH:
                assert state.state.standing
            if outcomes.get(key) in (Outcome.WAIVED, Outcome.PASS):
                assert stood or not state.state.standing
            if outcomes.get(key) is Outcome.NOT_EVALUABLE:
                assert state.state.standing == stood
            assert (state.resolved_on is not None) or state.state is not State.RESOLVED
            events = [event for event in transition.events if event.alert_key == key]
            first = before[key].version if key in before else 0
            assert [event.version for event in events] == list(range(first + 1, state.version + 1))
            assert state.version - first == len(events)
        before = transition.states
