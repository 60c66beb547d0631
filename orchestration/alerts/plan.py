"""Planning the alerts of a publication (no side effects), and committing the plan in one transaction.

The plan is made before the publication is swapped in, the commit after it: a refused publication leaves no trace,
and a crash between the two is repaired by the next run, which plans the same again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from orchestration.alerts.context import MailContext
from orchestration.alerts.digest import build_digest
from orchestration.alerts.machine import next_states
from orchestration.alerts.message import build_mail
from orchestration.alerts.model import AlertParams, Evaluation, Transition
from orchestration.alerts.render import Rendered, render
from orchestration.alerts.table import alert_rows
from orchestration.alerts.view import view_of
from orchestration.clock import Clock
from orchestration.errors import Busy
from orchestration.settings.models import Person, Settings
from orchestration.store import alert_rows as rows_of_alerts
from orchestration.store import outbox_rows
from orchestration.store.database import Store
from orchestration.store.records import AlertState, NewMail, StoredEvent

TRIES = 5


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """A mail the plan would queue, and its two halves for people to look at."""

    mail: NewMail
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """What a run would change. `rows` is the published table `alert` (see `table.ALERT_COLUMNS`).

    `in_the_past`: the day lies before one whose alerts were committed. Such a plan shows what a first run on that day
    would have found, and committing it changes nothing: history is not rewritten by looking back.
    """

    today: date
    transition: Transition
    rows: list[dict[str, Any]]
    mails: tuple[PlannedMail, ...]
    in_the_past: bool
    _inputs: _Inputs
    _base: _Base
    _told_nothing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What a commit wrote. `already`: there was nothing left to write, or the day is in the past."""

    events: int
    mails: int
    already: bool


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What was planned from, so that the plan can be made again when somebody acted meanwhile."""

    settings: Settings
    today: date
    now: datetime
    evaluations: tuple[Evaluation, ...]
    context: MailContext


@dataclass(frozen=True, slots=True)
class _Base:
    """What the store said when the plan was made."""

    states: Mapping[str, AlertState]
    events: tuple[StoredEvent, ...]
    seq: int
    told: Mapping[str, int]
    mailed: frozenset[str]
    threads: Mapping[str, tuple[str, str]]
    last_day: date | None


def plan_alerts(
    settings: Settings,
    clock: Clock,
    evaluations: Sequence[Evaluation],
    store: Store,
    *,
    context: MailContext | None = None,
) -> AlertPlan:
    """The alerts, the published rows and the mails of `clock.today`. Reads the store; writes nothing anywhere.

    `evaluations`: those of that day (`read_evaluations`); `context`: what the mails' foot says about the data
    (`read_context`). Raises BadInput for evaluations that contradict each other.
    """
    inputs = _Inputs(settings, clock.today, clock.now(), tuple(evaluations), context or MailContext())
    with store.read() as connection:
        base = _read_base(connection, clock.today)
    return _plan(inputs, base)


def commit_plan(store: Store, plan: AlertPlan, publication_id: str) -> CommitResult:
    """Keeps the plan: states, history and queued mails in one transaction.

    Committing the same publication or the same day again adds nothing, for the states then say it all; only somebody
    who was never told (mail was off, or they are new) still gets their first summary.
    When somebody acknowledged or put off an alert since the plan was made, the plan is made again on what they left.
    Raises Busy when that happens over and over.
    """
    for _ in range(TRIES):
        with store.write() as connection:
            if plan.in_the_past:
                return CommitResult(events=0, mails=0, already=True)
            base = _read_base(connection, plan.today)
            if base == plan._base:
                return _commit(connection, plan, publication_id)
        plan = _plan(plan._inputs, base)
    raise Busy(
        "the alerts kept changing while they were written",
        where="ops store",
        next_step="run `cartera refresh` again; the publication itself is done",
    )


def _plan(inputs: _Inputs, base: _Base) -> AlertPlan:
    settings, today = inputs.settings, inputs.today
    params = AlertParams.from_policies(settings.policies, today)
    in_the_past = base.last_day is not None and today < base.last_day
    baseline = in_the_past or base.last_day is None
    previous = {} if in_the_past else base.states
    transition = next_states(previous, inputs.evaluations, today, params, baseline=baseline)
    mails: list[PlannedMail] = []
    told_nothing: list[str] = []
    for person in [] if in_the_past else readers(settings):
        if person.email in base.mailed:
            continue  # one digest a day; what happens later that day is in the next one
        told = base.told.get(person.email)
        news = None
        if told is not None:
            news = [*(stored.event for stored in base.events if stored.seq > told), *transition.events]
        digest = build_digest(person, today, transition.states, news)
        if digest.worth_sending:
            view = view_of(digest, settings, inputs.context)
            rendered = render(view)
            mail = build_mail(
                digest,
                view.subject,
                rendered,
                sender=settings.mail.sender,
                written_at=inputs.now,
                thread=base.threads.get(person.email),
            )
            mails.append(PlannedMail(mail, rendered))
        elif told is None:
            told_nothing.append(person.email)  # from here on this person only hears what changes
    return AlertPlan(
        today=today,
        transition=transition,
        rows=alert_rows(transition.states, settings),
        mails=tuple(mails),
        in_the_past=in_the_past,
        _inputs=inputs,
        _base=base,
        _told_nothing=tuple(told_nothing),
    )


def _commit(connection: Connection, plan: AlertPlan, publication_id: str) -> CommitResult:
    at, transition = plan._inputs.now, plan.transition
    rows_of_alerts.write_states(connection, [transition.states[key] for key in sorted(transition.changed)])
    rows_of_alerts.append_events(connection, transition.events, at=at, publication_id=publication_id)
    queued = 0
    # with mail switched off nobody was told anything: once it is on, they get one summary, not a flood
    if plan._inputs.settings.mail.enabled:
        seq = rows_of_alerts.last_seq(connection)
        for planned in plan.mails:
            queued += outbox_rows.queue(connection, planned.mail, publication_id=publication_id, at=at)
            rows_of_alerts.write_told(connection, planned.mail.recipient, seq, at)
        for recipient in plan._told_nothing:
            rows_of_alerts.write_told(connection, recipient, seq, at)
    committed_before = rows_of_alerts.has_run(connection, publication_id)
    if not committed_before:
        rows_of_alerts.write_run(
            connection,
            publication_id,
            evaluated_on=plan.today,
            evaluations=len(plan._inputs.evaluations),
            events=len(transition.events),
            mails=queued,
            done_at=at,
        )
    nothing_written = not transition.events and not queued
    return CommitResult(events=len(transition.events), mails=queued, already=committed_before and nothing_written)


def _read_base(connection: Connection, today: date) -> _Base:
    told = rows_of_alerts.read_told(connection)
    seq = rows_of_alerts.last_seq(connection)
    return _Base(
        states=rows_of_alerts.read_states(connection),
        events=tuple(rows_of_alerts.read_events(connection, after=min(told.values(), default=seq))),
        seq=seq,
        told=told,
        mailed=frozenset(outbox_rows.mailed_on(connection, today)),
        threads=outbox_rows.threads(connection),
        last_day=rows_of_alerts.last_run_day(connection),
    )


def readers(settings: Settings) -> list[Person]:
    """Who gets the digest, each address once."""
    found: dict[str, Person] = {}
    for person in settings.people:
        if "digest" in person.receives:
            found.setdefault(person.email.lower(), person)
    return list(found.values())
