"""The group, the day and the mail server the tests of alerts share."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from orchestration.alerts import Evaluation
from orchestration.clock import Clock
from orchestration.settings import Company, Person, Settings

DAY = date(2025, 6, 30)

MEXICO = Company(code="AMX", name="Andino México", country="MX", functional_currency="MXN")
COLOMBIA = Company(code="ACO", name="Andino Colombia", country="CO", functional_currency="COP")
CFO = Person(name="Lucía Ramírez", email="lucia@andino.example", language="es", role="cfo")
CONTROLLER = Person(name="Tom Baker", email="tom@andino.example", language="en", role="controller", companies=("AMX",))

MakeSettings = Callable[..., Settings]
Evaluate = Callable[..., Evaluation]


def clock_of(day: date) -> Clock:
    return Clock(today=day, fixed=True)


@dataclass
class Mailbox:
    """What a mail server took. `refuse` maps an address to the reply it gets instead."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_data: str = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse_data:
            return self.refuse_data
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.extend(envelope.rcpt_tos)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
