"""Mails over a real SMTP server: once, in spite of everything."""

from __future__ import annotations

import os
import pickle
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from orchestration.alerts import Evaluation, Outcome, SendReport, commit_plan, plan_alerts, send_outbox
from orchestration.errors import Busy
from orchestration.settings import Settings
from orchestration.store import Store, open_store
from orchestration.store.tables import outbox

from .cases import CFO, CONTROLLER, DAY, Evaluate, Mailbox, MakeSettings, clock_of, free_port


def refresh(
    settings: Settings, store: Store, evaluations: Sequence[Evaluation], day: date = DAY, publication: str = "p1"
) -> SendReport:
    commit_plan(store, plan_alerts(settings, clock_of(day), evaluations, store), publication)
    return send_outbox(settings, clock_of(day), store)


def status(store: Store) -> list[tuple[str, str, int]]:
    query = select(outbox.c.recipient, outbox.c.status, outbox.c.attempts).order_by(outbox.c.id)
    with store.read() as connection:
        return [(row["recipient"], row["status"], row["attempts"]) for row in connection.execute(query).mappings()]


def test_a_mail_arrives_once_however_often_the_job_runs(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox
) -> None:
    settings = make_settings(port=mailbox.port)
    reports = [refresh(settings, store, [evaluate()], publication=f"p{n}") for n in range(4)]
    assert [report.accepted for report in reports] == [1, 0, 0, 0]
    assert [report.exit_code for report in reports] == [0, 0, 0, 0]
    (message,) = mailbox.received
    assert message["Subject"] == "[MEDIO] 1 cliente sobre su línea · MXN 110 k · Andino México"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Cliente C-001" in body.get_content()


def test_two_people_two_languages(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox
) -> None:
    settings = make_settings(people=(CFO, CONTROLLER), port=mailbox.port)
    assert refresh(settings, store, [evaluate()]).accepted == 2
    assert mailbox.recipients == [CFO.email, CONTROLLER.email]
    assert [message["Content-Language"] for message in mailbox.received] == ["es", "en"]
    assert [str(message["To"]) for message in mailbox.received] == [
        "Lucía Ramírez <lucia@andino.example>",
        "Tom Baker <tom@andino.example>",
    ]


def test_the_server_is_down_then_up(make_settings: MakeSettings, store: Store, evaluate: Evaluate) -> None:
    box = Mailbox(port=free_port())
    settings = make_settings(people=(CFO, CONTROLLER), port=box.port)
    report = refresh(settings, store, [evaluate()])
    assert (report.accepted, report.queued, report.exit_code) == (0, 2, 4)
    assert report.error is not None
    assert f"127.0.0.1:{box.port}" in report.error.where
    assert status(store) == [(CFO.email, "queued", 1), (CONTROLLER.email, "queued", 1)]
    with store.read() as connection:
        row = connection.execute(select(outbox)).mappings().first()
    assert row is not None
    assert "ConnectionRefusedError" in row["last_error"]
    assert row["next_try_at"] > row["queued_at"]
    assert send_outbox(settings, clock_of(DAY), store, due_only=True).exit_code == 0, "not before its time"

    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        assert refresh(settings, store, [evaluate()], publication="p2").accepted == 2
        assert refresh(settings, store, [evaluate()], publication="p3").accepted == 0
    finally:
        controller.stop()
    assert len(box.received) == 2
    assert status(store) == [(CFO.email, "accepted", 2), (CONTROLLER.email, "accepted", 2)]


KILLED_AFTER_ACCEPT = """
import os, signal, sys
from datetime import date
from pathlib import Path
import pickle
from orchestration.alerts import outbox, send_outbox
from orchestration.clock import Clock
from orchestration.store import open_store

settings = pickle.loads(Path(sys.argv[1]).read_bytes())
outbox.accepted = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
send_outbox(settings, Clock(date.fromisoformat(sys.argv[2]), True), open_store(settings))
"""


def test_killed_between_the_servers_yes_and_our_mark(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox, tmp_path: Path
) -> None:
    settings = make_settings(people=(CFO, CONTROLLER), port=mailbox.port)
    commit_plan(store, plan_alerts(settings, clock_of(DAY), [evaluate()], store), "p1")
    handed = tmp_path / "settings"
    handed.write_bytes(pickle.dumps(settings))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_ACCEPT, str(handed), DAY.isoformat()], timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert mailbox.recipients == [CFO.email]
    assert {state for _, state, _ in status(store)} == {"queued"}
    assert send_outbox(settings, clock_of(DAY), store).accepted == 2
    assert mailbox.recipients == [CFO.email, CFO.email, CONTROLLER.email]
    first, second, _ = mailbox.received
    assert first["Message-ID"] == second["Message-ID"], "the one mail that may double is recognisable as the same"
    assert first.as_bytes() == second.as_bytes()


def test_a_refused_address_does_not_hold_up_the_others_and_ends(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox
) -> None:
    mailbox.refuse[CFO.email] = "550 5.1.1 no such person"
    settings = make_settings(people=(CFO, CONTROLLER), port=mailbox.port)
    report = refresh(settings, store, [evaluate()])
    assert (report.accepted, report.refused, report.queued, report.exit_code) == (1, 0, 1, 1)
    assert report.refusals == (f"{CFO.email}: 550 5.1.1 no such person",)
    report = send_outbox(settings, clock_of(DAY), store)
    assert (report.refused, report.queued) == (1, 0)
    assert send_outbox(settings, clock_of(DAY), store) == SendReport()
    assert status(store) == [(CFO.email, "refused", 2), (CONTROLLER.email, "accepted", 1)]


@pytest.mark.parametrize("where", ["refuse", "refuse_data"])
def test_a_refusal_for_now_is_tried_for_ever(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox, where: str
) -> None:
    later = "451 4.7.1 greylisted, try later"
    setattr(mailbox, where, later if where == "refuse_data" else {CFO.email: later})
    settings = make_settings(port=mailbox.port)
    refresh(settings, store, [evaluate()])
    for _ in range(3):
        assert send_outbox(settings, clock_of(DAY), store).queued == 1
    setattr(mailbox, where, "" if where == "refuse_data" else {})
    assert send_outbox(settings, clock_of(DAY), store).accepted == 1


def test_the_allow_list_holds_back_everybody_else(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox
) -> None:
    settings = make_settings(people=(CFO, CONTROLLER), port=mailbox.port, allow_list=(CONTROLLER.email.upper(),))
    report = refresh(settings, store, [evaluate()])
    assert (report.accepted, report.held, report.queued) == (1, 1, 0)
    assert mailbox.recipients == [CONTROLLER.email]
    open_to_all = make_settings(people=(CFO, CONTROLLER), port=mailbox.port)
    assert send_outbox(open_to_all, clock_of(DAY), store).accepted == 0, "old test mails must not flood out later"


def test_a_dry_run_writes_files_and_sends_nothing(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox, tmp_path: Path
) -> None:
    settings = make_settings(port=mailbox.port)
    commit_plan(store, plan_alerts(settings, clock_of(DAY), [evaluate()], store), "p1")
    report = send_outbox(settings, clock_of(DAY), store, dry_run=tmp_path / "mails")
    (file,) = report.files
    assert b"Message-ID: <cartera." in file.read_bytes()
    assert (mailbox.received, report.queued) == ([], 1)
    assert send_outbox(settings, clock_of(DAY), store).accepted == 1


def test_mail_switched_off_sends_nothing(make_settings: MakeSettings, store: Store, evaluate: Evaluate) -> None:
    report = refresh(make_settings(enabled=False), store, [evaluate()])
    assert (report.enabled, report.accepted, report.exit_code) == (False, 0, 0)


def test_two_senders_at_once_do_not_both_send(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.alerts.outbox.LOCK_SECONDS", 0)
    with store.only_one("outbox"), pytest.raises(Busy):
        send_outbox(make_settings(), clock_of(DAY), store)


def test_a_missing_password_is_named_and_the_mail_waits(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_USER", "cartera")
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    settings = make_settings(port=mailbox.port, username_env="MAIL_USER", password_env="MAIL_PASSWORD")
    report = refresh(settings, store, [evaluate()])
    assert (report.exit_code, report.queued, mailbox.received) == (1, 1, [])
    assert report.error is not None
    assert "MAIL_PASSWORD" in report.error.found


def test_a_password_never_travels_in_the_clear(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_USER", "cartera")
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    settings = make_settings(host="192.0.2.1", username_env="MAIL_USER", password_env="MAIL_PASSWORD")
    report = refresh(settings, store, [evaluate()])
    assert report.error is not None
    assert report.error.what == "a password would travel in the clear"
    assert "hunter2" not in str(report.error)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A server's certificate for localhost, trusted through SSL_CERT_FILE as a private authority's would be."""
    x509 = pytest.importorskip("cryptography.x509")
    from datetime import UTC, datetime

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        built.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    yield context


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_connections(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, certificate: ssl.SSLContext, security: str
) -> None:
    box = Mailbox(port=free_port())
    how = {"ssl_context": certificate} if security == "tls" else {"tls_context": certificate, "require_starttls": True}
    controller = Controller(box, hostname="localhost", port=box.port, **how)
    controller.start()
    try:
        by_name = make_settings(host="localhost", port=box.port, security=security)
        assert refresh(by_name, store, [evaluate()]).accepted == 1
        os.environ.pop("SSL_CERT_FILE")
        tomorrow = DAY + timedelta(days=1)
        report = refresh(by_name, store, [evaluate(day=tomorrow), evaluate("B", tomorrow)], tomorrow, "p2")
        assert (report.accepted, report.exit_code) == (0, 4), "a certificate nobody vouches for is no server of ours"
    finally:
        controller.stop()


def test_a_server_without_starttls_gets_nothing(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate, mailbox: Mailbox
) -> None:
    report = refresh(make_settings(port=mailbox.port, security="starttls"), store, [evaluate()])
    assert (report.accepted, report.exit_code, mailbox.received) == (0, 4, [])


days_of_outcomes = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=20),
        st.dictionaries(st.sampled_from("ABC"), st.sampled_from(list(Outcome)), max_size=3),
    ),
    min_size=1,
    max_size=5,
)


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=days_of_outcomes)
def test_any_days_twice_give_the_same_states_and_no_second_mail(
    make_settings: MakeSettings,
    evaluate: Evaluate,
    tmp_path_factory: pytest.TempPathFactory,
    mailbox: Mailbox,
    days: list[tuple[int, dict[str, Outcome]]],
) -> None:
    mailbox.received.clear()
    home = tmp_path_factory.mktemp("home")
    settings = make_settings(port=mailbox.port).model_copy(update={"home": home})
    with open_store(settings) as store:
        day = DAY
        for ran, (gap, outcomes) in enumerate(days):
            day += timedelta(days=gap)
            found = [evaluate(subject, day, outcome=outcome) for subject, outcome in outcomes.items()]
            first = plan_alerts(settings, clock_of(day), found, store)
            commit_plan(store, first, f"p{ran}")
            send_outbox(settings, clock_of(day), store)
            received = len(mailbox.received)
            again = plan_alerts(settings, clock_of(day), found, store)
            commit_plan(store, again, f"p{ran}-again")
            report = send_outbox(settings, clock_of(day), store)
            assert (again.transition.events, again.rows, again.mails) == ((), first.rows, ())
            assert (report.accepted, len(mailbox.received)) == (0, received)
        ids = [message["Message-ID"] for message in mailbox.received]
        assert len(ids) == len(set(ids)) == sum(state == "accepted" for _, state, _ in status(store))
