"""Settings, evaluations and a real mail server for the tests of alerts and mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from orchestration.alerts import Evaluation, Outcome
from orchestration.settings import Mail, Person, Settings, TieOut
from orchestration.settings.ageing import DEFAULT_SCHEME
from orchestration.settings.models import SparkEngine
from orchestration.store import Severity, Store, open_store

from .cases import CFO, COLOMBIA, DAY, MEXICO, Evaluate, Mailbox, MakeSettings, free_port


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings of a small group in a fresh home; mail fields by keyword, `people` too."""

    def make(people: tuple[Person, ...] = (CFO,), **mail: Any) -> Settings:
        fields: dict[str, Any] = {
            "enabled": True,
            "host": "127.0.0.1",
            "port": 2525,
            "security": "none",
            "sender": "Cartera <cartera@andino.example>",
            "base_url": "https://cartera.andino.example",
            "timeout_seconds": 5,
        }
        return Settings(
            home=tmp_path / "home",
            companies=(MEXICO, COLOMBIA),
            presentation_currency="MXN",
            time_zone="America/Mexico_City",
            language="es",
            fiscal_year_start_month=1,
            ageing_schemes=(DEFAULT_SCHEME,),
            application_date_rule="latest",
            tie_out=TieOut(),
            engine="duckdb",
            spark=SparkEngine(),
            sources=(),
            mail=Mail(**fields | mail),
            people=people,
            keep_snapshots=8,
            policies=(),
            pinned_today=None,
            ops_url=None,
        )

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings) as opened:
        yield opened


@pytest.fixture
def evaluate() -> Evaluate:
    """One evaluation; a customer over its limit unless the keywords say otherwise."""

    def make(subject: str = "C-001", day: date = DAY, **changes: Any) -> Evaluation:
        fields: dict[str, Any] = {
            "rule_id": "R07",
            "subject": subject,
            "evaluated_on": day,
            "company": "AMX",
            "customer_id": subject,
            "customer_name": f"Cliente {subject}",
            "outcome": Outcome.BREACH,
            "severity": Severity.MEDIUM,
            "observed": Decimal("110000.0000"),
            "threshold": Decimal("100000.0000"),
            "exposure_base": Decimal("110000.0000"),
            "base_currency": "MXN",
            "breached_since": date(2025, 6, 2),
            "rule_version": "2025-01-01",
            "owner": "Controller de crédito",
            "corrective_es": "Detener pedidos y cobrar lo vencido",
            "corrective_en": "Hold orders and collect what is overdue",
        }
        return Evaluation(**fields | changes)

    return make


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server on loopback."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()
