"""The environment variables Cartera reads. `.env.example` and the README's table are tested against this."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.errors import WrongUsage


class Environment(BaseSettings):
    """Variables with the prefix CARTERA_. Secrets of the mail server have the names that cartera.yml gives them."""

    model_config = SettingsConfigDict(env_prefix="CARTERA_", extra="ignore", frozen=True, env_ignore_empty=True)

    home: str = Field(default="./.cartera", description="the folder that holds everything a deployment owns")
    today: str | None = Field(default=None, description="the day everything is computed for, as YYYY-MM-DD")
    ops_url: SecretStr | None = Field(
        default=None, description="SQLAlchemy address of the operations store; SQLite under ops/ when empty"
    )
    auth: Literal["off", "oidc"] = Field(
        default="off", description="oidc: people sign in (OpenID Connect); off: served on loopback only"
    )
    auth_secrets: str | None = Field(
        default=None, description="a TOML file with Streamlit's [auth] section, for CARTERA_AUTH=oidc"
    )


def read_environment() -> Environment:
    """The environment, checked. Raises WrongUsage that names the variable; what it holds is never shown."""
    try:
        return Environment()
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        name = f"CARTERA_{str(detail['loc'][0]).upper()}"
        raise WrongUsage(
            "an environment variable has a value that is not allowed",
            where=f"environment variable {name}",
            expected=str(detail.get("ctx", {}).get("expected") or detail["msg"]),
            next_step=f"change {name}, or unset it for the default",
        ) from None
