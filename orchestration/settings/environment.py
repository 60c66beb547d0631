"""The environment variables Cartera reads. `.env.example` and the README's table are tested against this."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Variables with the prefix CARTERA_. Secrets of the mail server have the names that cartera.yml gives them."""

    model_config = SettingsConfigDict(env_prefix="CARTERA_", extra="ignore", frozen=True, env_ignore_empty=True)

    home: str = Field(default="./.cartera", description="the folder that holds everything a deployment owns")
    today: str | None = Field(default=None, description="the day everything is computed for, as YYYY-MM-DD")
    ops_url: SecretStr | None = Field(
        default=None, description="SQLAlchemy address of the operations store; SQLite under ops/ when empty"
    )
    auth: str = Field(default="off", description="`oidc` to sign in with Streamlit's [auth]; `off` on loopback only")
