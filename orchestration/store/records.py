"""What the ops store holds, as plain values: the shapes shared by the alert machine, the mails and the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """Where an alert stands. Open, acknowledged and snoozed ones are *standing*: the breach is there."""

    PENDING = "pending"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def standing(self) -> bool:
        """Whether the breach is there and was announced, or is about to be."""
        return self in (State.OPEN, State.ACKNOWLEDGED, State.SNOOZED)


class Severity(StrEnum):
    """How much is at stake; the letters of the policy catalogue (C, H, M, L) are read as well."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (low) to 3 (critical)."""
        return list(Severity).index(self)

    @classmethod
    def parse(cls, text: str) -> Severity:
        """`critical`, `Critical` or `C`; ValueError for anything else."""
        word = text.strip().lower()
        for severity in cls:
            if word in (severity.value, severity.value[0]):
                return severity
        raise ValueError(f"unknown severity {text!r}; allowed: {', '.join(cls)}")


class EventKind(StrEnum):
    """What can happen to an alert; the first five may be told by mail."""

    OPENED = "opened"
    REOPENED = "reopened"
    WORSENED = "worsened"
    EASED = "eased"
    RESOLVED = "resolved"
    CLOSED = "closed"
    ACKNOWLEDGED = "acknowledged"
    ACK_EXPIRED = "ack_expired"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze_ended"


@dataclass(frozen=True, slots=True)
class AlertState:
    """One alert as it stands: one rule, one company, one subject. Money is in `base_currency`.

    `episode` counts how often it came back after being closed; `version` grows with every event and is what
    two writers compare. `first_seen` is the day of the first evaluation that saw the breach in this episode,
    `since` the day the breach itself began. `evidence` is the rule's JSON, as evaluated.
    """

    alert_key: str
    rule_id: str
    company: str
    subject: str
    customer_id: str | None
    customer_name: str | None
    state: State
    severity: Severity
    episode: int
    version: int
    first_seen: date
    since: date
    last_evaluated_on: date
    breach_days: int
    observed: Decimal | None
    threshold: Decimal | None
    exposure_base: Decimal | None
    base_currency: str
    owner: str | None
    corrective_es: str | None
    corrective_en: str | None
    rule_version: str
    evidence: str
    resolved_on: date | None = None
    ack_by: str | None = None
    ack_until: date | None = None
    snoozed_until: date | None = None


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One thing that happened to one alert. `version` is the alert's version after it; `by`: None for the machine."""

    alert_key: str
    version: int
    evaluated_on: date
    kind: EventKind
    from_state: State | None
    to_state: State
    from_severity: Severity | None
    to_severity: Severity
    observed: Decimal | None
    threshold: Decimal | None
    exposure_base: Decimal | None
    base_currency: str
    cause: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in the history: `seq` only grows."""

    seq: int
    at: datetime
    event: AlertEvent


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail ready to be queued. `idempotency_key` makes a second queueing a no-op; `mime` is what goes on the wire."""

    idempotency_key: str
    kind: str
    evaluated_on: date
    recipient: str
    subject: str
    message_id: str
    in_reply_to: str | None
    sender: str
    mime: bytes


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A mail of the outbox that waits to be handed to the mail server."""

    id: int
    mail: NewMail
    attempts: int
    hard_refusals: int
    next_try_at: datetime | None
    last_error: str | None


class MailStatus(StrEnum):
    """`queued` is tried again; the others are final: taken by the server, refused, or not on the allow list."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote beside an alert, a customer or a document."""

    id: int
    topic: str
    topic_key: str
    body: str
    author: str
    written_at: datetime
