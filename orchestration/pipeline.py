"""`cartera ingest` and `cartera refresh`: the whole way, from files to mails, as one call each."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingest.errors import IngestError
from orchestration.build import build_id
from orchestration.clock import Clock
from orchestration.errors import BadInput, CarteraError, OutOfReach, disk_full
from orchestration.landing import Landing, landed_files, load
from orchestration.last_refresh import note_end, note_error
from orchestration.lock import writer_lock
from orchestration.outcome import Outcome, gathering
from orchestration.progress import Progress, say, watched_by
from orchestration.published_health import OddRows, odd_rows
from orchestration.publishing import Publication, current_publication, recover
from orchestration.quality_gate import blocked
from orchestration.release import complete_alerts, send_mails
from orchestration.settings import Settings

INGEST_WAIT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What `cartera ingest` did, file by file."""

    landing: Landing

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return self.landing.as_json()

    def lines(self) -> list[str]:
        """Words for people."""
        told = self.landing.lines() or ["no files there"]
        if self.landing.new:
            told.append("Now `cartera refresh` brings the figures up to date.")
        return told


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """How a refresh ended: a new publication, or the same one because nothing has changed."""

    status: Literal["published", "unchanged"]
    publication: Publication
    outcome: Outcome
    odd: tuple[OddRows, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        sending, release = self.outcome.sending, self.outcome.release
        return {
            "status": self.status,
            "publication": self.publication.as_json(),
            **self.outcome.landing.as_json(),
            "tie_out": release.tie_out.as_json() if release else None,
            "mails": {"accepted": sending.accepted, "queued": sending.queued} if sending else None,
            "ledger_exceptions": [odd.as_json() for odd in self.odd],
        }

    def lines(self) -> list[str]:
        """Words for people."""
        told = self.outcome.landing.lines()
        for report in self.outcome.gate.reports:
            told += [f"warning      {report.source}: {result.words_en}" for result in report.warnings]
        day, name = self.publication.as_of.isoformat(), self.publication.id
        if self.status == "unchanged":
            told.append(f"Nothing has changed: publication {name} as of {day} stands.")
            return told
        told.append(
            f"Published {name} as of {day}; "
            f"{self.publication.checks_passed} of {self.publication.checks_total} checks passed."
        )
        if release := self.outcome.release:
            told += [
                f"warning      does not tie to the ledger: {verdict.words()}" for verdict in release.tie_out.differences
            ]
        told += [f"{odd.severity:<12} {odd.line()}" for odd in self.odd]
        if self.odd:
            told.append('next         which ones, and in which file: cartera sql "SELECT * FROM ledger_exception"')
        if (sending := self.outcome.sending) and sending.enabled:
            told.append(f"Mails: {sending.accepted} sent, {sending.queued} waiting.")
        return told


def ingest_paths(
    settings: Settings,
    clock: Clock,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    company: str | None = None,
    progress: Progress | None = None,
) -> IngestSummary:
    """Load files (and the files of folders) into the lake now; the originals stay where they are.

    Raises BadInput when a file was refused (the others are loaded), Busy, OutOfReach.
    """
    files = [file for path in paths for file in ([path] if path.is_file() else landed_files(path))]
    with watched_by(progress), writer_lock(settings, wait_seconds=INGEST_WAIT_SECONDS):
        try:
            landing = load(settings, clock, files, source=source, company=company)
        except IngestError as error:
            raise _from_ingest(error) from error
    if landing.refused:
        raise _refused(landing)
    return IngestSummary(landing)


def refresh(
    settings: Settings, clock: Clock, *, rebuild: bool = False, progress: Progress | None = None
) -> RefreshResult:
    """Bring the publication up to date: landing, lake, checks, models, checks, publication, alerts.

    With nothing new it changes nothing. Raises BadInput when a landed file was refused, CheckFailed when a check
    stopped the publication, OutOfReach when mails could not be sent (the publication is up), Busy. Whatever is
    raised, the last good publication is served, and ops/last_refresh.json says how it ended.
    """
    with watched_by(progress), gathering() as outcome, writer_lock(settings):
        recover(settings)
        try:
            result = _refresh(settings, clock, outcome, rebuild=rebuild)
            note_end(settings, clock, result.status, outcome)
            _complain(outcome)
        except IngestError as error:
            note_error(settings, clock, error, outcome)
            raise _from_ingest(error) from error
        except BadInput:  # a refused file: note_end has told it, with what became of the rest
            raise
        except Exception as error:
            full = disk_full(error, str(settings.home))
            note_error(settings, clock, full or error, outcome)
            if full is not None:
                raise full from error
            raise
        return result


def _refresh(settings: Settings, clock: Clock, outcome: Outcome, *, rebuild: bool) -> RefreshResult:
    current = current_publication(settings)
    if not rebuild and current is not None and _is_current(settings, clock, current):
        complete_alerts(settings, clock)
        outcome.sending = send_mails(settings, clock)
        return RefreshResult("unchanged", current, outcome, odd_rows(settings))
    _run_job(settings, clock, outcome, rebuild=rebuild)
    assert outcome.release is not None  # the job ends with a publication or raises
    status: Literal["published", "unchanged"] = "published" if outcome.release.is_new else "unchanged"
    return RefreshResult(status, outcome.release.publication, outcome, odd_rows(settings))


def _is_current(settings: Settings, clock: Clock, current: Publication) -> bool:
    if landed_files(settings.landing_dir):
        return False
    return current.id == build_id(settings, clock.today) and settings.published_file.exists()


def _run_job(settings: Settings, clock: Clock, outcome: Outcome, *, rebuild: bool) -> None:
    """Run the refresh job in this process, recorded in the home's Dagster instance."""
    say("start", "loading the pipeline")
    os.environ.update(DAGSTER_HOME=str(settings.dagster_dir), DAGSTER_DISABLE_TELEMETRY="yes", DO_NOT_TRACK="1")
    import dagster as dg

    from orchestration.defs.automation import REFRESH_JOB
    from orchestration.defs.build import build_definitions

    logging.getLogger("dagster").setLevel(logging.ERROR)
    job = build_definitions(settings).resolve_job_def(REFRESH_JOB)
    run = {
        "home": str(settings.home),
        "today": clock.today.isoformat() if clock.fixed else "",
        "rebuild": rebuild,
    }
    config = {
        "resources": {"run": {"config": run}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with dg.DagsterInstance.get() as instance:
        try:
            job.execute_in_process(run_config=config, instance=instance)
        except dg.DagsterError:
            # Dagster names the check; which file, and what to do about it, is what the gate noted
            if failures := outcome.gate.failures:
                raise blocked(failures) from None
            raise


def _complain(outcome: Outcome) -> None:
    """A refresh that came to its end may still have something a person must know by the exit code."""
    if outcome.landing.refused:
        raise _refused(outcome.landing)
    if outcome.sending and outcome.sending.error:
        raise outcome.sending.error


def _refused(landing: Landing) -> BadInput:
    count = len(landing.refused)
    loaded = f"{len(landing.loaded)} other files were loaded" if landing.loaded else "nothing was loaded"
    if count == 1:
        error = landing.refused[0].error
        return BadInput(
            error.get("what", "the file was refused"),
            where=error.get("where") or landing.refused[0].file,
            found=error.get("found", ""),
            expected=error.get("expected", ""),
            next_step=f"{error.get('next_step', '')} ({loaded})".strip(),
        )
    return BadInput(
        f"{count} files were refused",
        where=", ".join(refusal.file for refusal in landing.refused),
        found="\n".join(refusal.message for refusal in landing.refused),
        expected="exports that a source can read",
        next_step=f"mend each and load it again; {loaded}",
    )


def _from_ingest(error: IngestError) -> CarteraError:
    kind = OutOfReach if error.code == "not_writable" else BadInput
    return kind(error.what, where=error.where, found=error.found, expected=error.expected, next_step=error.next_step)
