"""The tables of the ops store. A change here needs a migration (a test compares the two)."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from orchestration.store.types import ExactDecimal

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

alert_state = Table(
    "alert_state",
    metadata,
    Column("alert_key", String(64), primary_key=True),
    Column("rule_id", String(32), nullable=False),
    Column("company", String(64), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("customer_id", String(255)),
    Column("customer_name", Text),
    Column("state", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("last_evaluated_on", Date, nullable=False),
    Column("breach_days", Integer, nullable=False),
    Column("observed", ExactDecimal),
    Column("threshold", ExactDecimal),
    Column("exposure_base", ExactDecimal),
    Column("base_currency", String(3), nullable=False),
    Column("owner", Text),
    Column("corrective_es", Text),
    Column("corrective_en", Text),
    Column("rule_version", String(64), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("resolved_on", Date),
    Column("ack_by", Text),
    Column("ack_until", Date),
    Column("snoozed_until", Date),
)

alert_event = Table(
    "alert_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("alert_key", String(64), ForeignKey("alert_state.alert_key"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("evaluated_on", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("from_state", String(16)),
    Column("to_state", String(16), nullable=False),
    Column("from_severity", String(16)),
    Column("to_severity", String(16), nullable=False),
    Column("observed", ExactDecimal),
    Column("threshold", ExactDecimal),
    Column("exposure_base", ExactDecimal),
    Column("base_currency", String(3), nullable=False),
    Column("cause", Text, nullable=False),
    Column("by", Text),
    Column("at", DateTime, nullable=False),
    Column("publication_id", String(64)),
    UniqueConstraint("alert_key", "version"),
    # a deleted last row must not give its number to the next one: readers remember how far they were told
    sqlite_autoincrement=True,
)

alert_run = Table(
    "alert_run",
    metadata,
    Column("publication_id", String(64), primary_key=True),
    Column("evaluated_on", Date, nullable=False),
    Column("evaluations", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("mails", Integer, nullable=False),
    Column("done_at", DateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("evaluated_on", Date, nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("sender", String(320), nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("in_reply_to", String(255)),
    Column("mime", LargeBinary, nullable=False),
    Column("publication_id", String(64), nullable=False),
    Column("queued_at", DateTime, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("hard_refusals", Integer, nullable=False),
    Column("next_try_at", DateTime),
    Column("last_error", Text),
    Column("finished_at", DateTime),
    Index(None, "status"),
    Index(None, "recipient"),
    sqlite_autoincrement=True,
)

reader = Table(
    "reader",
    metadata,
    Column("recipient", String(320), primary_key=True),
    Column("told_up_to", Integer, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(32), nullable=False),
    Column("topic_key", String(255), nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("written_at", DateTime, nullable=False),
    Index(None, "topic", "topic_key"),
    sqlite_autoincrement=True,
)
