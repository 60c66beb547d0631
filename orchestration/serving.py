"""Child processes that live and die together: started, watched, stopped whole, never left behind."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.clock import stopwatch
from orchestration.errors import OutOfReach
from orchestration.processes import die_with_parent

GRACE_SECONDS = 1.5
_LOG_BYTES = 5_000_000
_TAIL_LINES = 8
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Service:
    """A process to run: its command, where it logs, and how to know that it is ready."""

    name: str
    command: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]
    cwd: Path


class Supervisor:
    """Runs services one after the other and stops them all at the first signal or the first death.

    Each service leads a session of its own, so that its own children get the signal too; should this process be
    killed outright, the kernel ends the services (Linux).
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._running: list[tuple[Service, subprocess.Popen[bytes]]] = []
        self._stop = threading.Event()

    def __enter__(self) -> Supervisor:
        self._before = {
            number: signal.signal(number, lambda *_: self._stop.set())
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, service: Service) -> None:
        """Start a service; its output goes to its log, which is kept small."""
        service.log.parent.mkdir(parents=True, exist_ok=True)
        if service.log.exists() and service.log.stat().st_size > _LOG_BYTES:
            service.log.replace(service.log.with_suffix(".1.log"))
        with service.log.open("ab") as log:
            process = subprocess.Popen(
                service.command,
                cwd=service.cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self._running.append((service, process))

    def wait_ready(self, service: Service, *, seconds: float) -> bool:
        """True once the service answers; False when a stop was asked for meanwhile.

        Raises OutOfReach when a process ends or the time is up.
        """
        elapsed = stopwatch()
        while not self._stop.is_set():
            self.check()
            if service.is_ready():
                return True
            if elapsed() > seconds:
                raise OutOfReach(
                    f"{service.name} does not answer",
                    where=str(service.log),
                    found=f"no answer in {seconds:.0f} seconds; its last words: {_tail(service.log)}",
                    next_step="read the log; a machine under heavy load may need a second try",
                )
            self._stop.wait(0.2)
        return False

    def wait(self) -> None:
        """Until a stop is asked for. Raises OutOfReach when a process ends by itself."""
        while not self._stop.wait(0.5):
            self.check()

    def check(self) -> None:
        """Raises OutOfReach when one of the processes has ended."""
        for service, process in self._running:
            if process.poll() is not None:
                raise OutOfReach(
                    f"{service.name} stopped by itself",
                    where=str(service.log),
                    found=f"exit code {process.returncode}; its last words: {_tail(service.log)}",
                    next_step="read the log; the other processes were stopped too",
                )

    def stop(self) -> None:
        """End every process and what it started: politely, then not."""
        for _, process in reversed(self._running):
            _signal_group(process, signal.SIGTERM)
        elapsed = stopwatch()
        while elapsed() < GRACE_SECONDS and any(process.poll() is None for _, process in self._running):
            time.sleep(0.05)
        for _, process in self._running:
            _signal_group(process, signal.SIGKILL)  # also what outlived the leader of its group
            process.wait()
        self._running.clear()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _tail(log: Path) -> str:
    try:
        lines = log.read_bytes()[-20_000:].decode("utf-8", "replace").splitlines()
    except OSError:
        return "none"
    said = [_COLOURS.sub("", line) for line in lines if line.strip()]
    return "\n".join(said[-_TAIL_LINES:]) or "none"


def answers(host: str, port: int, path: str) -> bool:
    """Whether a web server answers 200 there. Straight to the address: no proxy of the environment is asked."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left behind counts as free
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def first_free(host: str, ports: Sequence[int]) -> int | None:
    """The first of the ports a server could listen on."""
    return next((port for port in ports if is_free(host, port)), None)
