"""Handing the queued mails to the mail server, each once.

A mail is marked as accepted right after the server took it. If the process dies in between, the mail is sent again
with the same Message-ID: that window, one SMTP reply wide, is the only one in which a mail can come twice. There is
none in which it is lost.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from orchestration.alerts.smtp import connected, words_of
from orchestration.clock import Clock
from orchestration.errors import CarteraError
from orchestration.settings.models import Settings
from orchestration.store import outbox_rows
from orchestration.store.database import Store
from orchestration.store.records import MailStatus, QueuedMail

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
HARD_REFUSALS = 2
"""After so many permanent refusals (5xx) an address is not tried again with that mail; somebody has to look."""

LOCK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of the outbox: mails accepted, refused for good, held back by the allow list, still queued.

    `error` says why mails stay queued; `files` are the mails a dry run wrote; `enabled` is false when mail is off.
    """

    enabled: bool = True
    accepted: int = 0
    refused: int = 0
    held: int = 0
    queued: int = 0
    error: CarteraError | None = None
    refusals: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 done · 1 an address or a mail was refused · else the code of `error` (4: server out of reach)."""
        if self.error is not None:
            return self.error.exit_code
        return 1 if self.refusals else 0


def send_outbox(
    settings: Settings,
    clock: Clock,
    store: Store,
    *,
    dry_run: Path | None = None,
    due_only: bool = False,
) -> SendReport:
    """Sends what waits, oldest first, over one connection.

    `dry_run`: a folder; the mails are written there as .eml and nothing is sent or marked. `due_only`: leave out mails
    whose next try is still to come (for schedules; a person who calls wants it tried now). A server that is down is
    not an exception: the mails stay queued, the report says why. Raises Busy when another process is sending.
    """
    if dry_run is not None:
        return _write(store, dry_run)
    if not settings.mail.enabled:
        with store.read() as connection:
            return SendReport(enabled=False, queued=outbox_rows.counts(connection)[MailStatus.QUEUED])
    with store.only_one("outbox", wait_seconds=LOCK_SECONDS):
        report = _send_all(settings, clock, store, due_only=due_only)
    with store.read() as connection:
        return replace(report, queued=outbox_rows.counts(connection)[MailStatus.QUEUED])


def _send_all(settings: Settings, clock: Clock, store: Store, *, due_only: bool) -> SendReport:
    with store.read() as connection:
        waiting = outbox_rows.waiting(connection, due_at=clock.now() if due_only else None)
    allowed = {address.lower() for address in settings.mail.allow_list}
    held = [queued for queued in waiting if allowed and not _is_allowed(queued.mail.recipient, allowed)]
    with store.write() as connection:
        for queued in held:
            outbox_rows.finish(
                connection, queued.id, MailStatus.HELD, at=clock.now(), error="not on mail.allow_list of cartera.yml"
            )
    report = SendReport(held=len(held))
    to_send = [queued for queued in waiting if queued not in held]
    if not to_send:
        return report
    sent = 0
    try:
        with connected(settings.mail) as server:
            for queued in to_send:
                report = _send_one(server, clock, store, queued, report)
                sent += 1
    except CarteraError as error:
        _postpone(store, clock, to_send[sent:], error.found or error.what)
        return replace(report, error=error)
    return report


def _is_allowed(recipient: str, allowed: set[str]) -> bool:
    """Whether an entry of the allow list names the address: itself, or a pattern such as `*@example.com`."""
    return any(fnmatchcase(recipient.lower(), entry) for entry in allowed)


def _send_one(server: smtplib.SMTP, clock: Clock, store: Store, queued: QueuedMail, report: SendReport) -> SendReport:
    mail = queued.mail
    try:
        server.sendmail(mail.sender, [mail.recipient], mail.mime)
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = error.recipients[mail.recipient]
        return _refused(clock, store, queued, report, smtplib.SMTPResponseException(code, reply))
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        return _refused(clock, store, queued, report, error)
    accepted(store, clock, queued)
    return replace(report, accepted=report.accepted + 1)


def accepted(store: Store, clock: Clock, queued: QueuedMail) -> None:
    """Marks a mail the server took."""
    with store.write() as connection:
        outbox_rows.finish(connection, queued.id, MailStatus.ACCEPTED, at=clock.now())


def _refused(
    clock: Clock, store: Store, queued: QueuedMail, report: SendReport, error: smtplib.SMTPResponseException
) -> SendReport:
    """The server said no to this mail: for now (4xx), or for good once it did so twice (5xx)."""
    words = words_of(error)
    hard = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPSenderRefused)  # the sender is ours to mend
    final = hard and queued.hard_refusals + 1 >= HARD_REFUSALS
    if final:
        with store.write() as connection:
            outbox_rows.finish(connection, queued.id, MailStatus.REFUSED, at=clock.now(), error=words)
    else:
        _postpone(store, clock, [queued], words, hard=hard)
    return replace(
        report,
        refused=report.refused + (1 if final else 0),
        refusals=(*report.refusals, f"{queued.mail.recipient}: {words}"),
    )


def _postpone(store: Store, clock: Clock, mails: Sequence[QueuedMail], error: str, *, hard: bool = False) -> None:
    with store.write() as connection:
        for queued in mails:
            wait = min(FIRST_WAIT * 2 ** min(queued.attempts, 10), LONGEST_WAIT)
            outbox_rows.postpone(connection, queued.id, error=error, next_try_at=clock.now() + wait, hard=hard)


def _write(store: Store, folder: Path) -> SendReport:
    with store.read() as connection:
        waiting = outbox_rows.waiting(connection)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for queued in waiting:
        file = folder / f"{queued.id:05d}.eml"
        file.write_bytes(queued.mail.mime)
        files.append(file)
    return SendReport(queued=len(waiting), files=tuple(files))
