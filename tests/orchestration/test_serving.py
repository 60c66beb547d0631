"""Processes that live and die together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.cli import run
from orchestration.clock import stopwatch
from orchestration.errors import OutOfReach
from orchestration.serving import Service, Supervisor, first_free, is_free

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
# A service that starts a child of its own and, asked to stop, forgets about it.
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True); time.sleep(60)"
)
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def service(tmp_path: Path, code: str, name: str = "the sleeper") -> Service:
    log = tmp_path / "logs" / f"{name}.log"

    def has_spoken() -> bool:
        return log.exists() and log.stat().st_size > 0

    return Service(name, [sys.executable, "-c", code], log, has_spoken, tmp_path)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    elapsed = stopwatch()
    while not is_so():
        if elapsed() > seconds:
            return False
        time.sleep(0.05)
    return True


def test_what_a_service_started_ends_with_it(tmp_path: Path) -> None:
    parent = service(tmp_path, PARENT)
    with Supervisor(os.environ) as supervisor:
        supervisor.start(parent)
        assert supervisor.wait_ready(parent, seconds=20)
        grandchild = int(parent.log.read_text(encoding="utf-8"))
        assert alive(grandchild)
    assert eventually(lambda: not alive(grandchild))


def test_one_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    stubborn = service(tmp_path, STUBBORN)
    with Supervisor(os.environ) as supervisor:
        supervisor.start(stubborn)
        assert supervisor.wait_ready(stubborn, seconds=20)
        elapsed = stopwatch()
    assert elapsed() < 10


def test_the_death_of_one_is_told_with_its_last_words(tmp_path: Path) -> None:
    code = "import sys; print('\\x1b[31mno such table\\x1b[0m'); sys.exit(7)"
    dying = Service("the dying one", [sys.executable, "-c", code], tmp_path / "x.log", lambda: False, tmp_path)
    sleeper = service(tmp_path, SLEEPER)
    with pytest.raises(OutOfReach) as caught, Supervisor(os.environ) as supervisor:
        supervisor.start(sleeper)
        supervisor.start(dying)
        supervisor.wait_ready(dying, seconds=20)
    assert caught.value.exit_code == 4
    assert "the dying one stopped by itself" in caught.value.what
    assert caught.value.found == "exit code 7; its last words: no such table"


def test_one_that_never_answers_is_told(tmp_path: Path) -> None:
    silent = Service("the silent one", [sys.executable, "-c", SLEEPER], tmp_path / "x.log", lambda: False, tmp_path)
    with pytest.raises(OutOfReach, match="does not answer"), Supervisor(os.environ) as supervisor:
        supervisor.start(silent)
        supervisor.wait_ready(silent, seconds=0.3)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_supervisor_ends_them(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from orchestration.serving import Service, Supervisor\n"
        f"log = Path({str(tmp_path)!r}) / 'x.log'\n"
        f"child = [sys.executable, '-c', {('import os; print(os.getpid(), flush=True);' + SLEEPER)!r}]\n"
        "service = Service('x', child, log, lambda: log.stat().st_size > 0, Path.cwd())\n"
        "with Supervisor(os.environ) as supervisor:\n"
        "    supervisor.start(service); supervisor.wait_ready(service, seconds=20)\n"
        "    print('ready', flush=True); supervisor.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "ready\n"
        child = int((tmp_path / "x.log").read_text(encoding="utf-8").split()[0])
        assert alive(child)
        supervisor.send_signal(number)
        assert supervisor.wait(timeout=20) == (-number if number == signal.SIGKILL else 0)
    assert eventually(lambda: not alive(child))


def test_free_and_taken_ports() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free("127.0.0.1", port)
        assert first_free("127.0.0.1", [port]) is None
    assert is_free("127.0.0.1", port)


def test_a_taken_port_is_4_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--home", str(tmp_path / "home")]) == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["serve", "--home", str(tmp_path / "home"), "--port", str(port)]) == 4
    assert f"--port {port + 1}" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "my-laptop"])
def test_others_are_let_in_only_with_sign_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.delenv("CARTERA_AUTH", raising=False)
    assert run(["init", "--home", str(tmp_path / "home")]) == 0
    assert run(["serve", "--home", str(tmp_path / "home"), "--host", host]) == 2
    assert "option --host" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [None, "", "[auth]\nclient_id = 'x'\n", "[auth\nhunter2", "auth = 'hunter2'"], ids=str
)
def test_sign_in_that_can_not_work_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    secrets = tmp_path / "secrets.toml"
    if content is not None:
        secrets.write_text(content, encoding="utf-8")
    monkeypatch.setenv("CARTERA_AUTH", "oidc")
    monkeypatch.setenv("CARTERA_AUTH_SECRETS", str(secrets))
    assert run(["init", "--home", str(tmp_path / "home")]) == 0
    assert run(["serve", "--home", str(tmp_path / "home"), "--host", "0.0.0.0"]) == 1
    told = capsys.readouterr().err
    assert "CARTERA_AUTH_SECRETS" in told
    assert "hunter2" not in told
