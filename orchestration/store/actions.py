"""What people do to alerts: acknowledge, snooze, write a note. Each is one transaction and one line of history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, insert, select

from orchestration.clock import Clock
from orchestration.errors import BadInput
from orchestration.store.alert_rows import append_events, read_states, write_states
from orchestration.store.database import Store
from orchestration.store.records import AlertEvent, AlertState, EventKind, Note, State
from orchestration.store.tables import note

ACK_DAYS = 7
"""An acknowledgement that names no day lasts a week: five business days."""

LONGEST_SNOOZE_DAYS = 90


def acknowledge(store: Store, clock: Clock, alert_key: str, *, by: str, until: date | None = None) -> AlertState:
    """Somebody takes the alert on, until a day (both included). Gives the new state.

    Raises BadInput when the alert is unknown or not standing, or the day has passed.
    """
    last = until or clock.today + timedelta(days=ACK_DAYS)
    _not_past(last, clock)
    with store.write() as connection:
        before = _standing(connection, alert_key)
        after = replace(before, state=State.ACKNOWLEDGED, ack_by=by, ack_until=last, snoozed_until=None)
        return _happened(connection, clock, before, after, EventKind.ACKNOWLEDGED, by)


def snooze(store: Store, clock: Clock, alert_key: str, *, by: str, until: date) -> AlertState:
    """The alert is put off until a day; it comes back that morning if the breach is still there. Gives the new state.

    Raises BadInput when the alert is unknown or not standing, or the day is past or more than 90 days away.
    """
    _not_past(until, clock)
    if until > clock.today + timedelta(days=LONGEST_SNOOZE_DAYS):
        raise BadInput(
            "that is too long to put an alert off",
            found=until.isoformat(),
            expected=f"at most {LONGEST_SNOOZE_DAYS} days from {clock.today.isoformat()}",
            next_step="choose an earlier day, or record a waiver in the ERP if the exception is meant to last",
        )
    with store.write() as connection:
        before = _standing(connection, alert_key)
        after = replace(before, state=State.SNOOZED, snoozed_until=until, ack_by=None, ack_until=None)
        return _happened(connection, clock, before, after, EventKind.SNOOZED, by)


def add_note(store: Store, clock: Clock, *, topic: str, topic_key: str, body: str, author: str) -> None:
    """Keeps a remark beside something (`topic` alert, customer or document; `topic_key` its key)."""
    if not body.strip():
        raise BadInput("the note is empty", where=f"{topic} {topic_key}", next_step="write at least a word")
    with store.write() as connection:
        connection.execute(
            insert(note).values(
                topic=topic, topic_key=topic_key, body=body.strip(), author=author, written_at=clock.now()
            )
        )


def read_notes(store: Store, *, topic: str, topic_key: str) -> list[Note]:
    """The notes beside something, oldest first."""
    query = select(note).where(note.c.topic == topic, note.c.topic_key == topic_key).order_by(note.c.id)
    with store.read() as connection:
        return [Note(**row) for row in connection.execute(query).mappings()]


def _not_past(day: date, clock: Clock) -> None:
    if day <= clock.today:
        raise BadInput(
            "the day has passed",
            found=day.isoformat(),
            expected=f"a day after {clock.today.isoformat()}",
            next_step="choose a later day",
        )


def _standing(connection: Connection, alert_key: str) -> AlertState:
    state = read_states(connection).get(alert_key)
    if state is None or not state.state.standing:
        raise BadInput(
            "there is nothing to act on: the alert is not open",
            where=f"alert {alert_key}",
            found="no such alert" if state is None else state.state.value,
            expected="an alert that is open, acknowledged or snoozed",
            next_step="reload the page: it may have been resolved meanwhile",
        )
    return state


def _happened(
    connection: Connection, clock: Clock, before: AlertState, after: AlertState, kind: EventKind, by: str
) -> AlertState:
    after = replace(after, version=before.version + 1)
    happened = AlertEvent(
        alert_key=after.alert_key,
        version=after.version,
        evaluated_on=after.last_evaluated_on,
        kind=kind,
        from_state=before.state,
        to_state=after.state,
        from_severity=before.severity,
        to_severity=after.severity,
        observed=after.observed,
        threshold=after.threshold,
        exposure_base=after.exposure_base,
        base_currency=after.base_currency,
        by=by,
    )
    write_states(connection, [after])
    append_events(connection, [happened], at=clock.now(), publication_id=None)
    return after
