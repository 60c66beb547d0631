"""Showing people the mails before anybody gets them: files a browser or a mail program opens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from orchestration.alerts.context import MailContext
from orchestration.alerts.digest import build_digest
from orchestration.alerts.message import build_mail
from orchestration.alerts.model import Evaluation
from orchestration.alerts.plan import PlannedMail, plan_alerts, readers
from orchestration.alerts.render import render
from orchestration.alerts.view import view_of
from orchestration.clock import Clock
from orchestration.errors import OutOfReach
from orchestration.settings.models import Settings
from orchestration.store.database import Store


def preview(
    settings: Settings,
    clock: Clock,
    evaluations: Sequence[Evaluation],
    store: Store,
    folder: Path,
    *,
    context: MailContext | None = None,
    standing: bool = False,
) -> list[Path]:
    """Writes the mails the next run would queue: for each reader .eml, .html and .txt. Gives the files.

    `standing`: instead, for everybody, the summary of all that stands today, also when they were told already.
    Nothing is queued, sent or marked. Raises OutOfReach when the folder can't be written.
    """
    plan = plan_alerts(settings, clock, evaluations, store, context=context)
    mails = list(plan.mails)
    if standing:
        mails = []
        for person in readers(settings):
            digest = build_digest(person, plan.today, plan.transition.states, None)
            if digest.worth_sending:
                view = view_of(digest, settings, context or MailContext())
                rendered = render(view)
                mail = build_mail(
                    digest,
                    view.subject,
                    rendered,
                    sender=settings.mail.sender,
                    written_at=clock.now(),
                    thread=None,
                )
                mails.append(PlannedMail(mail, rendered))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [file for planned in mails for file in _write(planned, folder)]
    except OSError as error:
        raise OutOfReach(
            "the previews can't be written",
            where=str(error.filename or folder),
            found=error.strerror or str(error),
            next_step="name a folder this user can write to",
        ) from error


def _write(planned: PlannedMail, folder: Path) -> list[Path]:
    stem = f"{planned.mail.evaluated_on.isoformat()}_{re.sub(r'[^A-Za-z0-9.@-]', '_', planned.mail.recipient)}"
    eml, html, text = (folder / f"{stem}.{ending}" for ending in ("eml", "html", "txt"))
    eml.write_bytes(planned.mail.mime)
    html.write_text(planned.rendered.html, encoding="utf-8")
    text.write_text(planned.rendered.text, encoding="utf-8")
    return [eml, html, text]
