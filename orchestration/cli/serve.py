"""`cartera serve`: the dashboards, and Dagster beside them, until stopped."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.cli.sign_in import sign_in_secrets
from orchestration.console import Console
from orchestration.errors import Busy, OutOfReach
from orchestration.serving import Service, Supervisor, answers, first_free, is_free
from orchestration.settings import Settings

LOOPBACK = "127.0.0.1"
DAGSTER_PORTS = range(3000, 3020)
DEFINITIONS = "orchestration.definitions"


def serve(settings: Settings, console: Console, *, host: str, port: int) -> int:
    """Serve until a signal comes; returns 0 then.

    Raises WrongUsage for an address beyond this machine without sign-in, OutOfReach when a port is taken or a
    process does not start.
    """
    address = LOOPBACK if host == "localhost" else host
    secrets = sign_in_secrets(address)
    if not is_free(address, port):
        raise OutOfReach(
            "the port is taken",
            where=f"{address}:{port}",
            found="another program listens there, perhaps another `cartera serve`",
            expected="a free port",
            next_step=f"stop that program, or choose another port, for example --port {port + 1}",
        )
    dagster_port = first_free(LOOPBACK, DAGSTER_PORTS)
    if dagster_port is None:
        raise OutOfReach(
            "no port is free for Dagster",
            where=f"{LOOPBACK}:{DAGSTER_PORTS.start}-{DAGSTER_PORTS.stop - 1}",
            next_step="stop one of the programs that listen there",
        )
    with _only_server(settings):
        return _run(settings, console, address, port, dagster_port, secrets)


@contextmanager
def _only_server(settings: Settings) -> Iterator[None]:
    """One server for each home: two daemons would both start the runs of a dropped file."""
    try:
        with FileLock(settings.dagster_dir / "serve.lock", timeout=0):
            yield
    except Timeout:
        raise Busy(
            "this home is served already",
            where=str(settings.home),
            found="another `cartera serve` or `cartera demo` that runs",
            expected="one server for each home",
            next_step="open its address, or stop it first",
        ) from None


def _run(settings: Settings, console: Console, host: str, port: int, dagster_port: int, secrets: Path | None) -> int:
    urls = {"dashboards": _url(host, port), "dagster": _url(LOOPBACK, dagster_port)}
    dashboards = _dashboards(settings, host, port, secrets)
    code_server, webserver, daemon = _dagster(settings, dagster_port)
    with Supervisor(_environment(settings, secrets)) as supervisor:
        with console.progress() as progress:
            progress("dashboards", "starting")
            supervisor.start(dashboards)
            supervisor.start(code_server)
            if not supervisor.wait_ready(dashboards, seconds=120):
                return 0
            console.note(f"Dashboards: {urls['dashboards']}")
            progress("dagster", "starting")
            if not supervisor.wait_ready(code_server, seconds=120):
                return 0
            supervisor.start(daemon)
            supervisor.start(webserver)
            if not supervisor.wait_ready(webserver, seconds=120):
                return 0
        pid = os.getpid()
        console.result({**urls, "pid": pid, "logs": settings.dagster_dir / "logs"}, _told(urls, settings))
        supervisor.wait()
        console.note("Stopping.")
    return 0


def _told(urls: dict[str, str], settings: Settings) -> list[str]:
    return [
        f"Dashboards: {urls['dashboards']}",
        f"Dagster:    {urls['dagster']}   (this machine only)",
        f"Drop files in {settings.landing_dir}; logs are in {settings.dagster_dir / 'logs'}. Ctrl-C stops everything.",
    ]


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _environment(settings: Settings, secrets: Path | None) -> dict[str, str]:
    """The children's environment: absolute home, our own programs first on the path, no telemetry."""
    programs = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "CARTERA_HOME": str(settings.home),
        "CARTERA_AUTH": "oidc" if secrets else "off",
        "DAGSTER_HOME": str(settings.dagster_dir),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _dashboards(settings: Settings, host: str, port: int, secrets: Path | None) -> Service:
    spec = find_spec("dashboards")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(next(iter(spec.submodule_search_locations)))
    flags = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "global.developmentMode": "false",
        **({"secrets.files": str(secrets)} if secrets else {}),
    }
    return Service(
        name="dashboards",
        command=[
            *(sys.executable, "-m", "streamlit", "run", str(folder / "app.py")),
            *(f"--{name}={value}" for name, value in flags.items()),
        ],
        log=settings.dagster_dir / "logs" / "dashboards.log",
        is_ready=lambda: answers(_reachable(host), port, "/_stcore/health"),
        cwd=folder,
    )


def _reachable(host: str) -> str:
    """Where to knock: a server on all addresses answers on loopback."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)


def _dagster(settings: Settings, port: int) -> tuple[Service, Service, Service]:
    """One process with the definitions, shared by the webserver and the daemon: they are imported once."""
    programs = Path(sys.executable).parent
    logs = settings.dagster_dir / "logs"
    code = _socket_path(settings.home)
    workspace = settings.dagster_dir / "workspace.yaml"
    location = {"host": "localhost", "socket": str(code), "location_name": "cartera"}
    workspace.write_text(json.dumps({"load_from": [{"grpc_server": location}]}) + "\n", encoding="utf-8")
    module = ["-m", DEFINITIONS, "--socket", str(code), "--use-python-environment-entry-point"]
    code_server = Service(
        name="the Dagster code server",
        command=[sys.executable, str(programs / "dagster"), "api", "grpc", *module],
        log=logs / "code-server.log",
        is_ready=code.exists,
        cwd=settings.dagster_dir,
    )
    webserver = Service(
        name="the Dagster webserver",
        command=[
            *(sys.executable, str(programs / "dagster-webserver"), "-w", str(workspace)),
            *("-h", LOOPBACK, "-p", str(port)),
        ],
        log=logs / "webserver.log",
        is_ready=lambda: answers(LOOPBACK, port, "/server_info"),
        cwd=settings.dagster_dir,
    )
    daemon = Service(
        name="the Dagster daemon",
        command=[sys.executable, str(programs / "dagster-daemon"), "run", "-w", str(workspace)],
        log=logs / "daemon.log",
        is_ready=lambda: True,
        cwd=settings.dagster_dir,
    )
    return code_server, webserver, daemon


def _socket_path(home: Path) -> Path:
    """Where the code server of a home listens: a socket file in a folder only this user may enter.

    Whoever reaches it can start runs, so it is no port. Not in the home, whose path may be longer than a socket's
    name can be; always the same for a home, since Dagster keeps the state of sensors by it.
    """
    user = os.getuid()
    folder = Path(tempfile.gettempdir()) / f"cartera-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    mode = folder.lstat()
    if not stat.S_ISDIR(mode.st_mode) or mode.st_uid != user or stat.S_IMODE(mode.st_mode) & 0o077:
        raise OutOfReach(
            "the folder for the code server's socket belongs to somebody else",
            where=str(folder),
            found=f"owner {mode.st_uid}, mode {stat.S_IMODE(mode.st_mode):o}",
            expected=f"a folder of user {user}, mode 700",
            next_step="remove it, or point TMPDIR to another folder",
        )
    path = folder / f"{hashlib.sha256(str(home).encode()).hexdigest()[:16]}.sock"
    path.unlink(missing_ok=True)  # left by a server that was killed; the lock says that none is running
    return path
