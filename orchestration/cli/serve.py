"""`cartera serve`: the dashboards, and Dagster beside them, until stopped."""

from __future__ import annotations

import ipaddress
import os
import shutil
import sys
import tempfile
import tomllib
from importlib.util import find_spec
from pathlib import Path

from orchestration.console import Console
from orchestration.errors import BadInput, OutOfReach, WrongUsage
from orchestration.serving import Service, Supervisor, answers, first_free, is_free
from orchestration.settings import Settings, read_environment

LOOPBACK = "127.0.0.1"
DAGSTER_PORTS = range(3000, 3020)
DEFINITIONS = "orchestration.definitions"
_AUTH_KEYS = {"redirect_uri", "cookie_secret"}


def serve(settings: Settings, console: Console, *, host: str, port: int) -> int:
    """Serve until a signal comes; returns 0 then.

    Raises WrongUsage for an address beyond this machine without sign-in, OutOfReach when a port is taken or a
    process does not start.
    """
    address = _address(host)
    secrets = _sign_in_secrets(address)
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
    # The code server listens on a socket file, in a folder of this user: no other user can start a run through it.
    runtime = Path(tempfile.mkdtemp(prefix="cartera-"))
    try:
        return _run(settings, console, address, port, dagster_port, secrets, runtime / "code.sock")
    finally:
        shutil.rmtree(runtime, ignore_errors=True)


def _run(
    settings: Settings, console: Console, host: str, port: int, dagster_port: int, secrets: Path | None, code: Path
) -> int:
    urls = {"dashboards": _url(host, port), "dagster": _url(LOOPBACK, dagster_port)}
    dashboards = _dashboards(settings, host, port, secrets)
    code_server, webserver, daemon = _dagster(settings, dagster_port, code)
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


def _address(host: str) -> str:
    return LOOPBACK if host == "localhost" else host


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _sign_in_secrets(host: str) -> Path | None:
    """The file with Streamlit's [auth] when sign-in is on; None on loopback without it.

    Raises WrongUsage for an address that is none, or one beyond this machine without sign-in; BadInput when the
    sign-in is asked for but can't work.
    """
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise WrongUsage(
            "the host is not an address",
            where="option --host",
            found=repr(host),
            expected="an IP address of this machine, for example 127.0.0.1 or 0.0.0.0",
            next_step="write the address in numbers",
        ) from None
    environment = read_environment()
    if environment.auth != "oidc":
        if is_loopback:
            return None
        raise WrongUsage(
            "an address that others can reach needs sign-in",
            where="option --host",
            found=f"{host}, with CARTERA_AUTH={environment.auth}",
            expected="127.0.0.1, or CARTERA_AUTH=oidc with CARTERA_AUTH_SECRETS naming a file with Streamlit's [auth]",
            next_step="leave --host out, or configure OpenID Connect first",
        )
    secrets = Path(environment.auth_secrets or "")
    missing = _missing_for_sign_in(secrets)
    if missing:
        raise BadInput(
            "sign-in is asked for (CARTERA_AUTH=oidc) but can't work",
            where=f"CARTERA_AUTH_SECRETS={environment.auth_secrets or ''}",
            found=missing,
            expected="a TOML file with [auth]: redirect_uri, cookie_secret, client_id, client_secret, "
            "server_metadata_url; and the package Authlib",
            next_step="complete the file, or set CARTERA_AUTH=off and serve on 127.0.0.1",
        )
    return secrets.absolute()


def _missing_for_sign_in(secrets: Path) -> str:
    if not secrets.is_file():
        return "no such file"
    try:
        auth = tomllib.loads(secrets.read_text(encoding="utf-8")).get("auth")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return f"a file that can't be read ({type(error).__name__})"  # its words could hold a secret
    if not isinstance(auth, dict) or not auth.keys() >= _AUTH_KEYS:
        return "no [auth] with redirect_uri and cookie_secret"
    if find_spec("authlib") is None:
        return "the package Authlib is not installed"
    return ""


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


def _dagster(settings: Settings, port: int, code: Path) -> tuple[Service, Service, Service]:
    """One process with the definitions, shared by the webserver and the daemon: they are imported once."""
    programs = Path(sys.executable).parent
    logs = settings.dagster_dir / "logs"
    common = ["--grpc-socket", str(code)]
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
        command=[sys.executable, str(programs / "dagster-webserver"), *common, "-h", LOOPBACK, "-p", str(port)],
        log=logs / "webserver.log",
        is_ready=lambda: answers(LOOPBACK, port, "/server_info"),
        cwd=settings.dagster_dir,
    )
    daemon = Service(
        name="the Dagster daemon",
        command=[sys.executable, str(programs / "dagster-daemon"), "run", *common],
        log=logs / "daemon.log",
        is_ready=lambda: True,
        cwd=settings.dagster_dir,
    )
    return code_server, webserver, daemon
