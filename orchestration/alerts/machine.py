"""From yesterday's alerts and today's evaluations to today's alerts. Pure: no clock, no database, no mail.

Running it twice on one day with the same evaluations changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from orchestration.alerts.model import AlertParams, Evaluation, Outcome, Transition
from orchestration.errors import BadInput
from orchestration.store.records import AlertEvent, AlertState, EventKind, Severity, State


def next_states(
    previous: Mapping[str, AlertState],
    evaluations: Sequence[Evaluation],
    today: date,
    params: AlertParams,
    *,
    baseline: bool = False,
) -> Transition:
    """The alerts after `today`'s evaluations, and what happened to them.

    `baseline`: the first run of an installation, which opens everything at once, however long a rule would wait.
    An alert whose subject left the rule's population (paid, for example) is resolved, but only when its company was
    evaluated at all today. Raises BadInput for two rows about one alert or rows of another day.
    """
    by_key = _by_key(evaluations, today)
    evaluated_companies = {evaluation.company for evaluation in evaluations}
    states: dict[str, AlertState] = dict(previous)
    events: list[AlertEvent] = []
    for key in sorted(previous.keys() | by_key.keys()):
        before, evaluation = previous.get(key), by_key.get(key)
        after, happened = before, None
        if evaluation is not None:
            after, happened = _evaluated(before, evaluation, today, params, baseline=baseline)
        elif before is not None and before.company in evaluated_companies:
            after, happened = _left_population(before, today)
        if after is None:
            continue
        if happened is not None:
            after, event = _told(before, after, *happened, today)
            events.append(event)
        ticked, expiry = _tick(after, today, params)
        if expiry is not None:
            ticked, event = _told(after, ticked, expiry, "", today)
            events.append(event)
        states[key] = ticked
    changed = frozenset(key for key, state in states.items() if previous.get(key) != state)
    return Transition(states=states, changed=changed, events=tuple(events))


Happened = tuple[EventKind, str] | None
"""What to write in the history, with its cause; None when nothing worth a line happened."""


def _by_key(evaluations: Sequence[Evaluation], today: date) -> dict[str, Evaluation]:
    found: dict[str, Evaluation] = {}
    for evaluation in evaluations:
        where = f"fct_policy_evaluation, {evaluation.rule_id} {evaluation.company} {evaluation.subject}"
        if evaluation.evaluated_on != today:
            raise BadInput(
                "an evaluation of another day",
                where=where,
                found=evaluation.evaluated_on.isoformat(),
                expected=today.isoformat(),
                next_step="read the evaluations of the day the alerts are planned for",
            )
        if evaluation.key in found:
            raise BadInput(
                "two evaluations of one rule for one subject on one day",
                where=where,
                expected="one row for each rule, company, subject and day",
                next_step="look for the join that doubles rows in the model of that rule",
            )
        found[evaluation.key] = evaluation
    return found


def _evaluated(
    before: AlertState | None, evaluation: Evaluation, today: date, params: AlertParams, *, baseline: bool
) -> tuple[AlertState | None, Happened]:
    if evaluation.outcome is Outcome.NOT_EVALUABLE:
        return before, None  # missing data is no news: it neither opens an alert nor lets one off
    if evaluation.outcome is Outcome.BREACH:
        if before is not None and before.state.standing:
            return _still_breached(before, evaluation, today)
        return _breached(before, evaluation, today, params, baseline=baseline)
    if before is None:
        return None, None
    if before.state is State.PENDING:
        return replace(before, state=State.CLOSED, last_evaluated_on=today), None
    if not before.state.standing:
        return before, None
    refreshed = _refreshed(before, evaluation, today)
    if evaluation.outcome is Outcome.PASS and not _clears(evaluation, params):
        return refreshed, None
    return _resolved(refreshed, today, "waived" if evaluation.outcome is Outcome.WAIVED else "cleared")


def _breached(
    before: AlertState | None, evaluation: Evaluation, today: date, params: AlertParams, *, baseline: bool
) -> tuple[AlertState | None, Happened]:
    """A breach where no alert stands: a new one, one that waits, or one that comes back."""
    if (evaluation.exposure_base or 0) < params.floor(evaluation.rule_id, evaluation.base_currency):
        if before is not None and before.state is State.PENDING:
            return replace(before, state=State.CLOSED, last_evaluated_on=today), None
        return before, None
    if (
        before is not None
        and before.state is State.RESOLVED
        and _days_resolved(before, today) <= params.reopen_within_days
    ):
        back = _refreshed(before, evaluation, today)
        back = replace(back, severity=evaluation.severity, state=State.OPEN, resolved_on=None)
        return back, (EventKind.REOPENED, "")
    seen = _first_seen(before, evaluation, today)
    if before is not None and before.state is State.PENDING:
        days = before.breach_days + (1 if before.last_evaluated_on < today else 0)
        seen = replace(
            _refreshed(before, evaluation, today), severity=evaluation.severity, breach_days=days, state=State.PENDING
        )
    if baseline or seen.breach_days >= params.open_after_days.get(evaluation.rule_id, 1):
        return replace(seen, state=State.OPEN), (EventKind.OPENED, "baseline" if baseline else "")
    return seen, None


def _still_breached(before: AlertState, evaluation: Evaluation, today: date) -> tuple[AlertState, Happened]:
    after = _refreshed(before, evaluation, today)
    if evaluation.severity.rank > before.severity.rank:
        # whoever acknowledged or put it off did so for something smaller
        after = replace(
            after, severity=evaluation.severity, state=State.OPEN, ack_by=None, ack_until=None, snoozed_until=None
        )
        return after, (EventKind.WORSENED, "")
    if evaluation.severity.rank < before.severity.rank:
        return replace(after, severity=evaluation.severity), (EventKind.EASED, "")
    return after, None


def _left_population(before: AlertState, today: date) -> tuple[AlertState, Happened]:
    if before.state is State.PENDING:
        return replace(before, state=State.CLOSED, last_evaluated_on=today), None
    if not before.state.standing:
        return before, None
    return _resolved(replace(before, last_evaluated_on=today), today, "left_population")


def _resolved(state: AlertState, today: date, cause: str) -> tuple[AlertState, Happened]:
    after = replace(
        state, state=State.RESOLVED, resolved_on=today, ack_by=None, ack_until=None, snoozed_until=None, breach_days=0
    )
    return after, (EventKind.RESOLVED, cause)


def _clears(evaluation: Evaluation, params: AlertParams) -> bool:
    share = params.clear_at.get(evaluation.rule_id)
    if share is None or evaluation.observed is None or evaluation.threshold is None:
        return True
    return evaluation.observed <= share * evaluation.threshold


def _first_seen(before: AlertState | None, evaluation: Evaluation, today: date) -> AlertState:
    return AlertState(
        alert_key=evaluation.key,
        rule_id=evaluation.rule_id,
        company=evaluation.company,
        subject=evaluation.subject,
        customer_id=evaluation.customer_id,
        customer_name=evaluation.customer_name,
        state=State.PENDING,
        severity=evaluation.severity,
        episode=1 if before is None else before.episode + 1,
        version=0 if before is None else before.version,
        first_seen=today,
        since=evaluation.breached_since or today,
        last_evaluated_on=today,
        breach_days=1,
        observed=evaluation.observed,
        threshold=evaluation.threshold,
        exposure_base=evaluation.exposure_base,
        base_currency=evaluation.base_currency,
        owner=evaluation.owner,
        corrective_es=evaluation.corrective_es,
        corrective_en=evaluation.corrective_en,
        rule_version=evaluation.rule_version,
        evidence=evaluation.evidence,
    )


def _refreshed(before: AlertState, evaluation: Evaluation, today: date) -> AlertState:
    """The same alert with today's figures; its severity, its state and its history stay."""
    return replace(
        before,
        customer_id=evaluation.customer_id,
        customer_name=evaluation.customer_name,
        since=evaluation.breached_since or before.since,
        last_evaluated_on=today,
        observed=evaluation.observed,
        threshold=evaluation.threshold,
        exposure_base=evaluation.exposure_base,
        base_currency=evaluation.base_currency,
        owner=evaluation.owner,
        corrective_es=evaluation.corrective_es,
        corrective_en=evaluation.corrective_en,
        rule_version=evaluation.rule_version,
        evidence=evaluation.evidence,
    )


def _tick(state: AlertState, today: date, params: AlertParams) -> tuple[AlertState, EventKind | None]:
    """What time alone does: promises to look at it end, and resolved alerts are closed for good."""
    if state.state is State.ACKNOWLEDGED and state.ack_until is not None and state.ack_until < today:
        return replace(state, state=State.OPEN, ack_by=None, ack_until=None), EventKind.ACK_EXPIRED
    if state.state is State.SNOOZED and state.snoozed_until is not None and state.snoozed_until <= today:
        return replace(state, state=State.OPEN, snoozed_until=None), EventKind.SNOOZE_ENDED
    if state.state is State.RESOLVED and _days_resolved(state, today) > params.reopen_within_days:
        return replace(state, state=State.CLOSED), EventKind.CLOSED
    return state, None


def _days_resolved(state: AlertState, today: date) -> int:
    return (today - (state.resolved_on or state.last_evaluated_on)).days


def _told(
    before: AlertState | None, after: AlertState, kind: EventKind, cause: str, today: date
) -> tuple[AlertState, AlertEvent]:
    """The state with its next version, and the line of history that belongs to it."""
    after = replace(after, version=(before.version if before else 0) + 1)
    severity_before: Severity | None = before.severity if before else None
    return after, AlertEvent(
        alert_key=after.alert_key,
        version=after.version,
        evaluated_on=today,
        kind=kind,
        from_state=before.state if before else None,
        to_state=after.state,
        from_severity=severity_before,
        to_severity=after.severity,
        observed=after.observed,
        threshold=after.threshold,
        exposure_base=after.exposure_base,
        base_currency=after.base_currency,
        cause=cause,
    )
