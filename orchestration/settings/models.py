"""The settings of a deployment, as frozen models. `Settings` is what the other rooms are handed."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
    model_validator,
)

from orchestration.settings.ageing import DEFAULT_SCHEME, AgeingScheme
from orchestration.settings.kinds import Currency, EnvironmentName, Language, Name, Strict, currency_code
from orchestration.settings.policies import PolicyRule


@cache
def _territories() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(code for code in get_global("territory_currencies") if len(code) == 2)


def _country(text: str) -> str:
    if text not in _territories():
        raise ValueError("a country as two capital letters (ISO 3166-1), for example MX, CO, CL or PE")
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone by its IANA name, for example America/Mexico_City or America/Bogota") from None
    return text


class Company(Strict):
    """A legal entity of the group. Companies that only the data knows are added to these when it is loaded."""

    code: Name
    name: Name
    country: Annotated[str, AfterValidator(_country)]
    functional_currency: Currency
    tax_id: str | None = None
    parent_company: str | None = None
    receivable_accounts: tuple[Name, ...] = ()
    bank_accounts: tuple[Name, ...] = ()


Tolerance = Annotated[Decimal, Field(ge=0)]


def _currency_or_default(text: str) -> str:
    if text == "default":
        return text
    try:
        return currency_code(text)
    except ValueError:
        raise ValueError("a currency as three capital letters (ISO 4217), or default for all others") from None


def _kind_of_tolerance(value: Any) -> str:
    return "[by currency]" if isinstance(value, dict) else "[one]"


class TieOut(Strict):
    """How far the sub-ledger may be from the general ledger without a reason, for each receivable account.

    `tolerance` is an amount for each functional currency (`default` for the others, 0 where it is not there), or one
    amount for all of them. `above_tolerance` says what becomes of a publication that is further off; the file may
    also call it `on_difference`, its older name.
    """

    tolerance: Annotated[
        Annotated[Tolerance, Tag("[one]")]
        | Annotated[dict[Annotated[str, AfterValidator(_currency_or_default)], Tolerance], Tag("[by currency]")],
        Discriminator(_kind_of_tolerance),
    ] = Decimal(0)
    above_tolerance: Literal["flag", "refuse"] = "flag"

    @model_validator(mode="before")
    @classmethod
    def _older_name(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "on_difference" not in data or "above_tolerance" in data:
            return data
        return {("above_tolerance" if key == "on_difference" else key): value for key, value in data.items()}

    def tolerance_of(self, currency: str | None) -> Decimal:
        """The amount a difference may have in books of that currency."""
        if isinstance(self.tolerance, Decimal):
            return self.tolerance
        return self.tolerance.get(currency or "", self.tolerance.get("default", Decimal(0)))


class SourceBinding(Strict):
    """Which files of the landing folder belong to which profile, and for which company when the file doesn't say.

    `files` is a pattern on the file's name (`bbva_*.txt`), whatever the case; `expected_every_days` lets
    `cartera doctor` and the data-health page say that the source is late.
    """

    name: Name
    profile: Name
    files: Name
    company: str | None = None
    expected_every_days: Annotated[int, Field(ge=1)] | None = None


class Mail(Strict):
    """The SMTP server for alerts. User and password are read from the environment variables named here."""

    enabled: bool = False
    host: Name = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["none", "starttls", "tls"] = "starttls"
    sender: Annotated[str, StringConstraints(pattern=r"^[^\r\n]*[^@\s]+@[^@\s]+$")] = "Cartera <cartera@localhost>"
    username_env: EnvironmentName | None = None
    password_env: EnvironmentName | None = None
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")] = "http://127.0.0.1:8501"
    allow_list: tuple[Name, ...] = ()
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 20


class Person(Strict):
    """Somebody who gets mail. No companies means all of them."""

    name: Name
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]
    language: Language = "es"
    role: Literal["cfo", "controller", "collections", "analyst", "operations"] = "cfo"
    companies: tuple[Name, ...] = ()
    receives: tuple[Literal["digest"], ...] = ("digest",)


class SparkEngine(Strict):
    """Where the models run with `engine: spark`: a master's address and the memory of the program that directs it.

    `configuration` is the folder of a cluster's own spark-defaults.conf, which then says all of that.
    """

    master: Annotated[str, StringConstraints(pattern=r"^(local(\[(\d+|\*)\])?|spark://[^\s]+|yarn|k8s://[^\s]+)$")] = (
        "local[*]"
    )
    memory: Annotated[str, StringConstraints(pattern=r"^[1-9]\d*[mg]$")] = "2g"
    configuration: Path | None = None


class PinnedClock(Strict):
    """`clock:` of cartera.yml. A day here makes every command work as of that day (the demo does)."""

    today: date | None = None


class CarteraFile(Strict):
    """cartera.yml, key by key; every key has a default, so an empty file is a valid one."""

    companies: tuple[Company, ...] = ()
    presentation_currency: Currency = "MXN"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "America/Mexico_City"
    language: Language = "es"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    clock: PinnedClock = PinnedClock()
    ageing_schemes: tuple[AgeingScheme, ...] = (DEFAULT_SCHEME,)
    application_date: Literal["latest", "applied_on", "latest_document"] = "latest"
    tie_out: TieOut = TieOut()
    engine: Literal["duckdb", "spark"] = "duckdb"
    spark: SparkEngine = SparkEngine()
    sources: tuple[SourceBinding, ...] = ()
    mail: Mail = Mail()
    people: tuple[Person, ...] = ()
    keep_snapshots: Annotated[int, Field(ge=2, le=1000)] = 8  # an open page may still read the one before


class Settings(BaseModel):
    """Everything a deployment decides: cartera.yml, policies.yml and the environment, checked together.

    `ops_url` is a SQLAlchemy address and may hold a password, hence the secret type: it shows as asterisks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    companies: tuple[Company, ...]
    presentation_currency: str
    time_zone: str
    language: Language
    fiscal_year_start_month: int
    ageing_schemes: tuple[AgeingScheme, ...]
    application_date_rule: Literal["latest", "applied_on", "latest_document"]
    tie_out: TieOut
    engine: Literal["duckdb", "spark"]
    spark: SparkEngine
    sources: tuple[SourceBinding, ...]
    mail: Mail
    people: tuple[Person, ...]
    keep_snapshots: int
    policies: tuple[PolicyRule, ...]
    pinned_today: date | None
    ops_url: SecretStr | None

    @property
    def landing_dir(self) -> Path:
        """Where people and machines drop files."""
        return self.home / "landing"

    @property
    def archive_dir(self) -> Path:
        """Every accepted file, byte for byte."""
        return self.home / "archive"

    @property
    def rejected_dir(self) -> Path:
        """Files that were refused whole."""
        return self.home / "rejected"

    @property
    def lake_dir(self) -> Path:
        """The raw zone: immutable Parquet batches."""
        return self.home / "lake"

    @property
    def warehouse_dir(self) -> Path:
        """What dbt builds in; nobody reads it but the checks."""
        return self.home / "warehouse"

    @property
    def published_dir(self) -> Path:
        """The folder of what people read."""
        return self.home / "published"

    @property
    def published_file(self) -> Path:
        """The DuckDB file people read; replaced whole by an atomic rename."""
        return self.published_dir / "cartera.duckdb"

    @property
    def snapshots_dir(self) -> Path:
        """Kept publications."""
        return self.home / "snapshots"

    @property
    def ops_dir(self) -> Path:
        """Alert state, outbox, notes."""
        return self.home / "ops"

    @property
    def dagster_dir(self) -> Path:
        """The Dagster instance (DAGSTER_HOME)."""
        return self.home / "dagster"

    @property
    def sources_dir(self) -> Path:
        """The deployment's own source profiles (*.yml); need not exist."""
        return self.home / "sources"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder of the home, in the order of CONTRACT §1."""
        return (
            self.landing_dir,
            self.archive_dir,
            self.rejected_dir,
            self.lake_dir,
            self.warehouse_dir,
            self.published_dir,
            self.snapshots_dir,
            self.ops_dir,
            self.dagster_dir,
        )


def secret(name: str | None) -> str | None:
    """A secret by the name of its environment variable, or from the file that `<name>_FILE` points to.

    None when neither is set. Never log what this returns.
    """
    if name is None:
        return None
    if (value := os.environ.get(name)) is not None:
        return value
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    return None
