"""One connection to the mail server: encrypted as configured, with time limits, signed in when there is a user."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from ipaddress import ip_address

from orchestration.errors import BadInput, CarteraError, OutOfReach
from orchestration.settings import secret
from orchestration.settings.models import Mail


@contextmanager
def connected(mail: Mail) -> Iterator[smtplib.SMTP]:
    """An open session with the server of the settings; closed at the end, politely if it still listens.

    Certificates are always checked; a private authority is trusted through SSL_CERT_FILE. Raises OutOfReach when the
    server does not answer, is not encrypted as asked or refuses the user; BadInput for a missing secret.
    """
    username, password = _credentials(mail)
    where = f"{mail.host}:{mail.port} ({mail.security})"
    try:
        server = _open(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(where, error) from error
    try:
        try:
            if mail.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if username is not None:
                server.login(username, password or "")
        except smtplib.SMTPAuthenticationError as error:
            raise OutOfReach(
                "the mail server refused the user or the password",
                where=where,
                found=f"code {error.smtp_code}",
                expected=f"a user and a password in the variables {mail.username_env} and {mail.password_env}",
                next_step="correct the secrets and run `cartera alerts send`; the mails stay queued",
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise _unreachable(where, error) from error
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _open(mail: Mail) -> smtplib.SMTP:
    # our own name is the sender's domain: asking the resolver for it can hang for a minute on a closed network
    name = parseaddr(mail.sender)[1].rpartition("@")[2] or "localhost"
    if mail.security == "tls":
        return smtplib.SMTP_SSL(
            mail.host, mail.port, name, timeout=mail.timeout_seconds, context=ssl.create_default_context()
        )
    return smtplib.SMTP(mail.host, mail.port, name, timeout=mail.timeout_seconds)


def _credentials(mail: Mail) -> tuple[str | None, str | None]:
    if mail.username_env is None:
        return None, None
    username, password = secret(mail.username_env), secret(mail.password_env)
    if username is None or password is None:
        missing = mail.username_env if username is None else mail.password_env
        raise BadInput(
            "the mail server wants a user and a password, and one is missing",
            where="cartera.yml, mail.username_env and mail.password_env",
            found=f"the environment variable {missing} is not set" if missing else "mail.password_env is not set",
            expected="both variables named in the settings, and set",
            next_step="set them and run `cartera alerts send`; the mails stay queued",
        )
    if mail.security == "none" and not _is_loopback(mail.host):
        raise BadInput(
            "a password would travel in the clear",
            where="cartera.yml, mail.security",
            found="none",
            expected="starttls or tls for any server that is not on this machine",
            next_step="set mail.security to starttls (port 587) or tls (port 465); the mails stay queued",
        )
    return username, password


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unreachable(where: str, error: Exception) -> CarteraError:
    return OutOfReach(
        "the mail server can't be reached",
        where=where,
        found=words_of(error),
        expected="an SMTP server that answers there, encrypted as the settings say",
        next_step="check mail.host, mail.port and mail.security in cartera.yml, then run `cartera alerts send`; "
        "the mails stay queued and the publication stays",
    )


def words_of(error: Exception) -> str:
    """A short line about an SMTP or network error; never the whole dialogue."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
        return f"{error.smtp_code} {' '.join(text.split())}"[:300]
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
