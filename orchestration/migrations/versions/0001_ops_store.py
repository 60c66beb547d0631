"""The ops store begins: alert states and their history, runs, the outbox, readers, notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orchestration.store.types import ExactDecimal

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the six tables. Spelled out, not taken from tables.py: a migration must stay what it was."""
    op.create_table(
        "alert_state",
        sa.Column("alert_key", sa.String(64), nullable=False),
        sa.Column("rule_id", sa.String(32), nullable=False),
        sa.Column("company", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("customer_id", sa.String(255)),
        sa.Column("customer_name", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.Date, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("last_evaluated_on", sa.Date, nullable=False),
        sa.Column("breach_days", sa.Integer, nullable=False),
        sa.Column("observed", ExactDecimal),
        sa.Column("threshold", ExactDecimal),
        sa.Column("exposure_base", ExactDecimal),
        sa.Column("base_currency", sa.String(3), nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("corrective_es", sa.Text),
        sa.Column("corrective_en", sa.Text),
        sa.Column("rule_version", sa.String(64), nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("resolved_on", sa.Date),
        sa.Column("ack_by", sa.Text),
        sa.Column("ack_until", sa.Date),
        sa.Column("snoozed_until", sa.Date),
        sa.PrimaryKeyConstraint("alert_key", name="pk_alert_state"),
    )
    op.create_table(
        "alert_event",
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("alert_key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("evaluated_on", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16)),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("from_severity", sa.String(16)),
        sa.Column("to_severity", sa.String(16), nullable=False),
        sa.Column("observed", ExactDecimal),
        sa.Column("threshold", ExactDecimal),
        sa.Column("exposure_base", ExactDecimal),
        sa.Column("base_currency", sa.String(3), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("publication_id", sa.String(64)),
        sa.PrimaryKeyConstraint("seq", name="pk_alert_event"),
        sa.ForeignKeyConstraint(["alert_key"], ["alert_state.alert_key"], name="fk_alert_event_alert_key"),
        sa.UniqueConstraint("alert_key", "version", name="uq_alert_event_alert_key_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_run",
        sa.Column("publication_id", sa.String(64), nullable=False),
        sa.Column("evaluated_on", sa.Date, nullable=False),
        sa.Column("evaluations", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.Column("done_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("publication_id", name="pk_alert_run"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("evaluated_on", sa.Date, nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("in_reply_to", sa.String(255)),
        sa.Column("mime", sa.LargeBinary, nullable=False),
        sa.Column("publication_id", sa.String(64), nullable=False),
        sa.Column("queued_at", sa.DateTime, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("hard_refusals", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime),
        sa.Column("last_error", sa.Text),
        sa.Column("finished_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("idempotency_key", name="uq_outbox_idempotency_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_status", "outbox", ["status"])
    op.create_index("ix_outbox_recipient", "outbox", ["recipient"])
    op.create_table(
        "reader",
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("told_up_to", sa.Integer, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("recipient", name="pk_reader"),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("topic_key", sa.String(255), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_note_topic_topic_key", "note", ["topic", "topic_key"])
