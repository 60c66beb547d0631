"""Health of a deployment: independent looks, each with a verdict, what was seen, and what to do."""

from __future__ import annotations

import os
import platform
import shutil
import smtplib
import ssl
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from ingest.archive import readable_name
from orchestration.clock import Clock
from orchestration.console import human_bytes
from orchestration.errors import Busy
from orchestration.landing import landed_files
from orchestration.lock import writer_lock
from orchestration.published_health import freshness, last_refresh, ledger, publication, tie_out
from orchestration.settings import Mail, Settings, secret
from orchestration.spark.installed import what_is_missing

Status = Literal["ok", "note", "failed", "unreachable"]
PROGRAMS = ("cartera", "duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations", "streamlit")
LITTLE_SPACE = 1_000_000_000
SHOWN_FILES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One look. `note` is worth knowing but healthy; `unreachable` is a service that does not answer."""

    name: str
    status: Status
    detail: str
    next_step: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding's fields."""
        return asdict(self)


def examine(settings: Settings, clock: Clock) -> list[Finding]:
    """Every look at a deployment. None of them writes; one that can't be taken is a failed finding, not an end."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("versions", _versions),
        ("engine", lambda: _engine(settings)),
        ("home", lambda: _home(settings)),
        ("disk", lambda: _disk(settings)),
        ("lock", lambda: _lock(settings)),
        ("landing", lambda: _landing(settings)),
        ("refresh", lambda: _worded("refresh", last_refresh(settings))),
        ("publication", lambda: _worded("publication", publication(settings, clock))),
        ("freshness", lambda: _worded("freshness", freshness(settings, clock))),
        ("tie-out", lambda: _worded("tie-out", tie_out(settings))),
        ("ledger", lambda: _worded("ledger", ledger(settings))),
        ("mail", lambda: _mail(settings.mail)),
    ]
    findings: list[Finding] = []
    for name, look in looks:
        try:
            findings += look()
        except Exception as error:
            findings.append(Finding(name, "failed", f"could not be looked at: {type(error).__name__}: {error}"))
    return findings


def exit_code(findings: list[Finding]) -> int:
    """0 healthy, 1 something failed, 4 nothing failed but a service is out of reach."""
    statuses = {finding.status for finding in findings}
    return 1 if "failed" in statuses else 4 if "unreachable" in statuses else 0


def _worded(name: str, verdicts: Iterator[tuple[Status, str, str]]) -> Iterator[Finding]:
    for status, detail, next_step in verdicts:
        yield Finding(name, status, detail, next_step)


def _versions() -> Iterator[Finding]:
    told = [f"Python {platform.python_version()}"]
    missing = []
    for program in PROGRAMS:
        try:
            told.append(f"{program} {version(program)}")
        except PackageNotFoundError:
            missing.append(program)
    yield Finding("versions", "ok", ", ".join(told))
    if missing:
        yield Finding("versions", "failed", f"not installed: {', '.join(missing)}", "run `make setup` again")


def _engine(settings: Settings) -> Iterator[Finding]:
    if settings.engine == "spark" and (missing := what_is_missing()):
        yield Finding("engine", "failed", f"Spark can't run here: {missing}", "`make spark-setup`, or engine: duckdb")
    else:
        yield Finding("engine", "ok", settings.engine)


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    missing = [str(path) for path in settings.folders if not path.is_dir()]
    closed = [str(path) for path in (home, *settings.folders) if path.is_dir() and not os.access(path, os.W_OK)]
    if missing:
        yield Finding("home", "failed", f"missing: {', '.join(missing)}", "run `cartera init`")
    if closed:
        yield Finding("home", "failed", f"can't be written: {', '.join(closed)}", "give this user the right to write")
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & stat.S_IWOTH:
        yield Finding("home", "failed", f"{home} may be written by any user (mode {mode:o})", f"chmod o-rwx {home}")
    elif mode & stat.S_IROTH:
        yield Finding("home", "note", f"{home} may be read by any user (mode {mode:o})", f"chmod o-rwx {home}")
    if not missing and not closed:
        yield Finding("home", "ok", str(home))


def _disk(settings: Settings) -> Iterator[Finding]:
    usage = shutil.disk_usage(settings.home)
    has_little = usage.free < LITTLE_SPACE
    yield Finding(
        "disk",
        "failed" if has_little else "ok",
        f"{human_bytes(usage.free)} free of {human_bytes(usage.total)}",
        "make room: a refresh needs about three times the published file" if has_little else "",
    )


def _lock(settings: Settings) -> Iterator[Finding]:
    """Whether somebody writes now; the lock is the system's, so one left by a crash does not count."""
    try:
        with writer_lock(settings):
            yield Finding("lock", "ok", "nobody is writing")
    except Busy:
        yield Finding("lock", "note", "a refresh or an ingest is running now")


def _landing(settings: Settings) -> Iterator[Finding]:
    """Files not taken yet: just dropped, still being written, or waiting for another of their delivery."""
    names = [readable_name(path) for path in landed_files(settings.landing_dir)]
    if not names:
        yield Finding("landing", "ok", "no file waits")
        return
    told = f"waiting: {', '.join(names[:SHOWN_FILES])}{', …' if len(names) > SHOWN_FILES else ''}"
    yield Finding("landing", "note", told, "`cartera refresh` takes them, or says what each waits for")


def _mail(mail: Mail) -> Iterator[Finding]:
    """Whether the server takes us: connection, encryption, sign-in. No mail is sent."""
    if not mail.enabled:
        yield Finding("mail", "note", "mail is switched off (mail.enabled in cartera.yml)")
        return
    server = f"{mail.host}:{mail.port}"
    user, password = secret(mail.username_env), secret(mail.password_env)
    if mail.username_env and not (user and password):
        names = f"{mail.username_env} and {mail.password_env}"
        yield Finding("mail", "failed", f"user or password is not set: {names}", "set both variables")
        return
    try:
        context = ssl.create_default_context()
        if mail.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout_seconds, context=context)
        else:
            client = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout_seconds)
        with client:
            if mail.security == "starttls":
                client.starttls(context=context)
            if user and password:
                client.login(user, password)
    except smtplib.SMTPAuthenticationError as error:
        yield Finding("mail", "failed", f"{server} refuses the sign-in (code {error.smtp_code})", "check the password")
    except (OSError, smtplib.SMTPException) as error:
        detail = f"{server} does not answer as it should: {type(error).__name__}: {error}"
        yield Finding("mail", "unreachable", detail, "check mail.host, mail.port and mail.security in cartera.yml")
    else:
        yield Finding("mail", "ok", f"{server} answers ({mail.security})")
