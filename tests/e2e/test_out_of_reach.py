"""What the command needs and does not get: the lock, a place to write, room on the disk, the mail server."""

from __future__ import annotations

import socket
import subprocess
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .bad_files import LAST, documents
from .books import CARTERA_YML, invoice
from .command import CARTERA, TODAY, Answer, Home, says_everything

NAMESPACE = ("unshare", "--map-root-user", "--mount", "sh", "-c")
needs_namespaces = pytest.mark.skipif(
    subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode != 0,
    reason="NO MOUNT NAMESPACES HERE: a home on a read-only or full disk was not tried",
)
HOLDER = (
    "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); input()"
)


def read_only(home: Home, *arguments: str | Path) -> Answer:
    """A command in a mount namespace of its own, where the home can't be written; not even root can."""
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    return home.run([*NAMESPACE, script, "sh", home.path, CARTERA, *arguments, "--json"])


def small_disk(home: Home, folder: str, *arguments: str | Path) -> Answer:
    """A command that finds 64 kB of room in one folder of the home."""
    script = 'mount -t tmpfs -o size=64k tmpfs "$1" && shift && exec "$@"'
    return home.run([*NAMESPACE, script, "sh", home.path / folder, CARTERA, *arguments, "--json"])


def test_a_busy_home_is_3(base: Home) -> None:
    before = base.state()
    lock = base.path / "ops" / "writer.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            answer = base.refresh()
        finally:
            holder.communicate("\n")
    assert answer.code == 3, answer.err
    says_everything(answer.error, 3)
    assert str(lock) == answer.error["where"]
    assert base.state() == before
    assert base.refresh().data["status"] == "unchanged"


@needs_namespaces
@pytest.mark.parametrize("command", [("ingest", "FILE"), ("refresh", "--today", TODAY)], ids=["ingest", "refresh"])
def test_a_home_that_can_not_be_written_is_4(base: Home, tmp_path: Path, command: tuple[str, ...]) -> None:
    before = base.state()
    path = tmp_path / "documents_nuevo.csv"
    path.write_bytes(documents(invoice(LAST)))
    answer = read_only(base, *(path if part == "FILE" else part for part in command))
    assert answer.code == 4, answer.err
    says_everything(answer.error, 4)
    assert str(base.path) in answer.error["where"]
    assert path.read_bytes() == documents(invoice(LAST))
    assert base.state() == before


@needs_namespaces
@pytest.mark.parametrize("folder", ["archive", "lake"])
def test_a_full_disk_is_4_and_loses_nothing(base: Home, tmp_path: Path, folder: str) -> None:
    before, loaded = base.state(), base.lake("select batch_id from batches order by 1")
    path = tmp_path / "documents_grande.csv"
    content = documents(*(invoice(number) for number in range(LAST, LAST + 5000)))
    path.write_bytes(content)
    answer = small_disk(base, folder, "ingest", path)
    assert answer.code == 4, answer.err
    says_everything(answer.error, 4)
    assert "No space left" in answer.error["found"]
    assert path.read_bytes() == content
    assert base.state() == before
    assert base.lake("select batch_id from batches order by 1") == loaded


@needs_namespaces
def test_a_disk_that_fills_up_while_building_is_4(base: Home) -> None:
    before = base.state()
    answer = small_disk(base, "warehouse", "rebuild", "--today", TODAY)
    assert answer.code == 4, answer.err
    says_everything(answer.error, 4)
    assert answer.error["what"] == "the disk is full"
    assert base.state() == before
    assert base.refresh().data["status"] == "unchanged"


class Mailbox:
    """A mail server's handler that keeps what it takes."""

    def __init__(self) -> None:
        self.received: list[Message] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.mark.slow
def test_the_mail_server_is_down_and_comes_back(base: Home, tmp_path: Path) -> None:
    """The figures are up all the same, the mails wait, and each is delivered once."""
    home = base.copy_to(tmp_path / "home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home.path / "cartera.yml").write_text(
        f"{CARTERA_YML}mail: {{enabled: true, host: 127.0.0.1, port: {port}, security: none, timeout_seconds: 5}}\n"
        "people:\n"
        "  - {name: Ana Ruiz, email: ana@andino.example, language: es, role: cfo, receives: [digest]}\n"
        "  - {name: Tom Baker, email: tom@andino.example, language: en, role: controller, receives: [digest]}\n",
        encoding="utf-8",
    )
    before = home.publication_id()
    down = home.refresh()
    assert down.code == 4, down.err
    says_everything(down.error, 4)
    assert str(port) in down.error["where"]
    published = home.state()
    assert home.publication_id() != before
    assert home.ask("select count(*) > 0 from alert where state = 'open'") == [(True,)]
    # nothing new, still down: still told, and the publication is left alone
    assert home.refresh().code == 4
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        up = home.refresh()
        again = home.refresh()
    finally:
        server.stop()
    assert (up.code, up.data["status"], up.data["mails"]) == (0, "unchanged", {"accepted": 2, "queued": 0})
    assert (again.code, again.data["mails"]) == (0, {"accepted": 0, "queued": 0})
    assert sorted(str(message["To"]).split("<")[-1] for message in box.received) == [
        "ana@andino.example>",
        "tom@andino.example>",
    ]
    assert home.state() == published
