"""From a rendered digest to the bytes of a mail. The same digest always gives the same bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from orchestration.alerts.digest import Digest
from orchestration.alerts.render import Rendered
from orchestration.alerts.voice import clean
from orchestration.errors import BadInput
from orchestration.store.records import NewMail


class _Wire(EmailPolicy):
    """The library's SMTP policy with our own folding of the headers that hold words.

    Python's folding loses a space where an encoded word meets a line break ("k · A" arrives as "k· A"); the older
    `Header` class splits inside the encoding and keeps every character.
    """

    def fold(self, name: str, value: Any) -> str:
        """One header as ASCII lines."""
        if name.lower() == "subject":
            return f"{name}: {_encoded(str(value), name, self.linesep)}{self.linesep}"
        if name.lower() in ("from", "to") and value.addresses[0].display_name:
            address = value.addresses[0]
            words = _encoded(address.display_name, name, self.linesep, phrase=True)
            return f"{name}: {words} <{address.addr_spec}>{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii")


def _encoded(text: str, name: str, linesep: str, *, phrase: bool = False) -> str:
    """`text` as it may stand in a header. Plain where it is harmless, encoded where it is not ASCII, looks encoded
    already or, before an address, holds a character with a meaning there."""
    plain = text.isascii() and "=?" not in text
    if phrase and plain:
        plain = all(character.isalnum() or character in " -_" for character in text)
    return Header(text, "us-ascii" if plain else "utf-8", header_name=name).encode(linesep=linesep)


# 7 bit on the wire: the same bytes pass every server, also those that don't know 8BITMIME
WIRE = _Wire(linesep="\r\n", cte_type="7bit")


def idempotency_key(recipient: str, evaluated_on: date) -> str:
    """One digest for one person and one day of data, however often the job runs."""
    return hashlib.sha256(f"digest|{evaluated_on.isoformat()}|{recipient}".encode()).hexdigest()


def build_mail(
    digest: Digest,
    subject: str,
    rendered: Rendered,
    *,
    sender: str,
    written_at: datetime,
    thread: tuple[str, str] | None,
) -> NewMail:
    """The mail of a digest, ready to be queued.

    `sender`: `Name <address>` or an address; `written_at`: naive UTC; `thread`: Message-IDs of the person's first and
    latest mail, so that mail programs keep them together. Raises BadInput for an address no header can hold.
    """
    key = idempotency_key(digest.person.email, digest.as_of)
    from_address = _address(sender, "mail.sender")
    to_address = _address(digest.person.email, f"people: {clean(digest.person.name)}", name=digest.person.name)
    fingerprint = hashlib.sha256(f"{key}|{rendered.text}".encode()).hexdigest()[:32]
    message_id = f"<cartera.{fingerprint}@{from_address.domain}>"

    message = EmailMessage(policy=WIRE)
    message["Subject"] = clean(subject)
    message["From"] = from_address
    message["To"] = to_address
    message["Date"] = format_datetime(written_at.replace(tzinfo=UTC, microsecond=0))
    message["Message-ID"] = message_id
    if thread is not None:
        first, latest = thread
        message["In-Reply-To"] = latest
        message["References"] = first if first == latest else f"{first} {latest}"
    message["Auto-Submitted"] = "auto-generated"  # out-of-office programs must not answer
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = digest.person.language  # last: set_content would move it into the first part
    message.set_boundary(f"=_cartera_{fingerprint}")
    return NewMail(
        idempotency_key=key,
        kind=digest.kind,
        evaluated_on=digest.as_of,
        recipient=digest.person.email,
        subject=clean(subject),
        message_id=message_id,
        in_reply_to=thread[1] if thread else None,
        sender=from_address.addr_spec,
        mime=message.as_bytes(policy=WIRE),
    )


def _address(text: str, where: str, *, name: str = "") -> Address:
    """An address that can't break out of its header."""
    display, spec = parseaddr(text)
    try:
        if clean(text) != text or "@" not in spec:
            raise ValueError(text)
        return Address(display_name=clean(name or display), addr_spec=spec)
    except (ValueError, IndexError):
        raise BadInput(
            "that is no mail address",
            where=f"cartera.yml, {where}",
            found=repr(text),
            expected="an address such as cfo@example.com",
            next_step="correct the address and run again; nothing was queued",
        ) from None
