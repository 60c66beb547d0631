"""Reading and writing alert states, their history, the runs and how far each reader was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from orchestration.store.records import AlertEvent, AlertState, EventKind, Severity, State, StoredEvent
from orchestration.store.tables import alert_event, alert_run, alert_state, reader


def read_states(connection: Connection) -> dict[str, AlertState]:
    """Every alert by its key, as it stands."""
    rows = connection.execute(select(alert_state)).mappings()
    return {state.alert_key: state for state in map(_state, rows)}


def read_versions(connection: Connection) -> dict[str, int]:
    """The version of every alert by its key: what two writers compare."""
    rows = connection.execute(select(alert_state.c.alert_key, alert_state.c.version)).mappings()
    return {row["alert_key"]: row["version"] for row in rows}


def write_states(connection: Connection, states: Iterable[AlertState]) -> None:
    """Inserts or replaces the states given."""
    known = read_versions(connection).keys()
    for state in states:
        values = asdict(state)
        if state.alert_key in known:
            connection.execute(update(alert_state).where(alert_state.c.alert_key == state.alert_key).values(values))
        else:
            connection.execute(insert(alert_state).values(values))


def append_events(
    connection: Connection, events: Iterable[AlertEvent], *, at: datetime, publication_id: str | None
) -> None:
    """Adds to the history; a second row for the same version of an alert is an IntegrityError."""
    for happened in events:
        connection.execute(insert(alert_event).values(asdict(happened) | {"at": at, "publication_id": publication_id}))


def read_events(connection: Connection, *, after: int = 0, alert_key: str | None = None) -> list[StoredEvent]:
    """The history after `after` (a seq), oldest first; of one alert when its key is given."""
    query = select(alert_event).where(alert_event.c.seq > after).order_by(alert_event.c.seq)
    if alert_key is not None:
        query = query.where(alert_event.c.alert_key == alert_key)
    return [_event(row) for row in connection.execute(query).mappings()]


def last_seq(connection: Connection) -> int:
    """The end of the history; 0 when nothing happened yet."""
    return connection.execute(select(func.max(alert_event.c.seq))).scalar() or 0


def read_told(connection: Connection) -> dict[str, int]:
    """How far in the history each recipient was told, by address. Absent: never told anything."""
    rows = connection.execute(select(reader.c.recipient, reader.c.told_up_to)).mappings()
    return {row["recipient"]: row["told_up_to"] for row in rows}


def write_told(connection: Connection, recipient: str, seq: int, at: datetime) -> None:
    """Remembers that a recipient knows the history up to `seq`."""
    values = {"told_up_to": seq, "updated_at": at}
    if not connection.execute(update(reader).where(reader.c.recipient == recipient).values(values)).rowcount:
        connection.execute(insert(reader).values(values | {"recipient": recipient}))


def has_run(connection: Connection, publication_id: str) -> bool:
    """Whether the alerts of a publication were committed."""
    query = select(alert_run.c.publication_id).where(alert_run.c.publication_id == publication_id)
    return connection.execute(query).first() is not None


def last_run_day(connection: Connection) -> date | None:
    """The newest day whose evaluations were committed; None before the first run."""
    return connection.execute(select(func.max(alert_run.c.evaluated_on))).scalar()


def write_run(
    connection: Connection,
    publication_id: str,
    *,
    evaluated_on: date,
    evaluations: int,
    events: int,
    mails: int,
    done_at: datetime,
) -> None:
    """Remembers that the alerts of a publication were committed."""
    connection.execute(
        insert(alert_run).values(
            publication_id=publication_id,
            evaluated_on=evaluated_on,
            evaluations=evaluations,
            events=events,
            mails=mails,
            done_at=done_at,
        )
    )


def _state(row: RowMapping) -> AlertState:
    values: dict[str, Any] = dict(row)
    return AlertState(**values | {"state": State(row["state"]), "severity": Severity(row["severity"])})


def _event(row: RowMapping) -> StoredEvent:
    values: dict[str, Any] = {name: row[name] for name in AlertEvent.__slots__}
    values |= {
        "kind": EventKind(row["kind"]),
        "from_state": State(row["from_state"]) if row["from_state"] else None,
        "to_state": State(row["to_state"]),
        "from_severity": Severity(row["from_severity"]) if row["from_severity"] else None,
        "to_severity": Severity(row["to_severity"]),
    }
    return StoredEvent(seq=row["seq"], at=row["at"], event=AlertEvent(**values))
