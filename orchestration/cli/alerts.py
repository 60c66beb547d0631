"""`cartera alerts`: the mails as files, and sending what waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.common import Call
from orchestration.clock import Clock
from orchestration.errors import BadInput
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb


def preview(call: Call, *, output: Path | None, today: str | None, standing: bool) -> None:
    """Write the mails that the next run would queue, for the published day; nothing is queued, sent or marked."""
    import duckdb

    from orchestration.alerts import preview as write_previews
    from orchestration.alerts import read_context, read_evaluations
    from orchestration.store import open_store

    settings = call.settings()
    if not settings.published_file.is_file():
        raise BadInput(
            "nothing is published yet, so there is nothing to mail",
            where=str(settings.published_file),
            next_step="run `cartera ingest FILE` and `cartera refresh` first",
        )
    folder = output or settings.ops_dir / "preview"
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        clock = call.clock(settings, today) if today else _published_day(connection, call.clock(settings))
        evaluations = read_evaluations(connection, clock.today)
        context = read_context(connection)
    store = open_store(settings)
    try:
        files = write_previews(settings, clock, evaluations, store, folder, context=context, standing=standing)
    finally:
        store.close()
    data = {"as_of": clock.today, "evaluations": len(evaluations), "files": files}
    call.console.result(data, _preview_lines(settings, clock, files))


def _published_day(connection: duckdb.DuckDBPyConnection, clock: Clock) -> Clock:
    """The day the published policy evaluations are for: mails speak of what is published, not of a later day."""
    row = connection.execute("SELECT as_of FROM publication").fetchone()
    return clock if row is None or row[0] == clock.today else Clock(today=row[0], fixed=True)


def _preview_lines(settings: Settings, clock: Clock, files: list[Path]) -> list[str]:
    if files:
        return [f"Mails as of {clock.today}:", *(f"  {file}" for file in files)]
    if not settings.people:
        return ["No mail: nobody is named under people: in cartera.yml."]
    return [f"No mail: as of {clock.today} nothing is new, worse or resolved. --standing shows all that stands."]


def send(call: Call, *, dry_run: bool, today: str | None) -> int:
    """Send what waits and return the exit code: 0 done, 1 an address was refused, 4 the server is out of reach."""
    from orchestration.alerts import send_outbox
    from orchestration.store import open_store

    settings = call.settings()
    clock = call.clock(settings, today)
    store = open_store(settings)
    folder = settings.ops_dir / "dry-run"
    try:
        with call.console.progress() as progress:
            progress("mail", f"{settings.mail.host}:{settings.mail.port}" if not dry_run else str(folder))
            report = send_outbox(settings, clock, store, dry_run=folder if dry_run else None)
    finally:
        store.close()
    lines = [f"{report.accepted} sent, {report.queued} waiting, {report.refused} refused, {report.held} held back"]
    if not report.enabled:
        lines = ["Mail is switched off (mail.enabled in cartera.yml); nothing was sent."]
    lines += [f"  {file}" for file in report.files] + [f"  refused: {refusal}" for refusal in report.refusals]
    data = {
        "enabled": report.enabled,
        "accepted": report.accepted,
        "queued": report.queued,
        "refused": report.refused,
        "held": report.held,
        "refusals": report.refusals,
        "files": report.files,
        "error": report.error.as_json() if report.error else None,
    }
    call.console.result(data, lines)
    if report.error is not None:
        raise report.error
    return report.exit_code
