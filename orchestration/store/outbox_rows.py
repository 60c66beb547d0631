"""Reading and writing the outbox: mails that are queued, and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from orchestration.store.records import MailStatus, NewMail, QueuedMail
from orchestration.store.tables import outbox


def queue(connection: Connection, mail: NewMail, *, publication_id: str, at: datetime) -> bool:
    """Queues a mail once: False, and nothing done, when its idempotency key is already there."""
    known = select(outbox.c.id).where(outbox.c.idempotency_key == mail.idempotency_key)
    if connection.execute(known).first() is not None:
        return False
    values = asdict(mail) | {
        "publication_id": publication_id,
        "queued_at": at,
        "status": MailStatus.QUEUED,
        "attempts": 0,
        "hard_refusals": 0,
    }
    connection.execute(insert(outbox).values(values))
    return True


def waiting(connection: Connection, *, due_at: datetime | None = None) -> list[QueuedMail]:
    """Mails to be handed over, oldest first; only those whose next try has come when `due_at` is given."""
    query = select(outbox).where(outbox.c.status == MailStatus.QUEUED).order_by(outbox.c.id)
    if due_at is not None:
        query = query.where((outbox.c.next_try_at.is_(None)) | (outbox.c.next_try_at <= due_at))
    return [
        QueuedMail(
            id=row["id"],
            mail=NewMail(**{name: row[name] for name in NewMail.__slots__}),
            attempts=row["attempts"],
            hard_refusals=row["hard_refusals"],
            next_try_at=row["next_try_at"],
            last_error=row["last_error"],
        )
        for row in connection.execute(query).mappings()
    ]


def finish(connection: Connection, mail_id: int, status: MailStatus, *, at: datetime, error: str | None = None) -> None:
    """Writes the final word on a mail; the attempt that led to it is counted (but for mails that were held)."""
    attempt = 0 if status is MailStatus.HELD else 1
    connection.execute(
        update(outbox)
        .where(outbox.c.id == mail_id)
        .values(
            status=status,
            finished_at=at,
            last_error=error,
            attempts=outbox.c.attempts + attempt,
            next_try_at=None,
        )
    )


def postpone(connection: Connection, mail_id: int, *, error: str, next_try_at: datetime, hard: bool) -> None:
    """Keeps a mail queued after a failed attempt, with the server's words and the time of the next try."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == mail_id)
        .values(
            attempts=outbox.c.attempts + 1,
            hard_refusals=outbox.c.hard_refusals + (1 if hard else 0),
            last_error=error,
            next_try_at=next_try_at,
        )
    )


def mailed_on(connection: Connection, day: date) -> set[str]:
    """The recipients for whom a mail of that day's evaluation is in the outbox, whatever became of it."""
    return set(connection.execute(select(outbox.c.recipient).where(outbox.c.evaluated_on == day)).scalars())


def threads(connection: Connection) -> dict[str, tuple[str, str]]:
    """By recipient: the Message-IDs of the first and of the latest mail, for threading."""
    found: dict[str, tuple[str, str]] = {}
    query = select(outbox.c.recipient, outbox.c.message_id).order_by(outbox.c.id)
    for row in connection.execute(query).mappings():
        first, _ = found.get(row["recipient"], (row["message_id"], ""))
        found[row["recipient"]] = (first, row["message_id"])
    return found


def counts(connection: Connection) -> dict[MailStatus, int]:
    """How many mails stand where; for `cartera doctor` and the data-health page."""
    found: Counter[str] = Counter(connection.execute(select(outbox.c.status)).scalars())
    return {status: found.get(status, 0) for status in MailStatus}
