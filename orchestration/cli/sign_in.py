"""Whether an address may be served: loopback always, anything else only with sign-in (OpenID Connect)."""

from __future__ import annotations

import ipaddress
import tomllib
from importlib.util import find_spec
from pathlib import Path

from orchestration.errors import BadInput, WrongUsage
from orchestration.settings import read_environment

_AUTH_KEYS = {"redirect_uri", "cookie_secret"}


def sign_in_secrets(host: str) -> Path | None:
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
