"""The settings of the demo: cartera.yml and policies.yml of Grupo Andino, as texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from ingest.sample import policy
from ingest.sample.simulate import DEFAULT_UNTIL
from ingest.sample.world import COMPANIES, CompanySpec

# source, profile, name of its files, company, how often it comes
SOURCES = (
    ("erp_mx_documentos", "sample_erp_mx_documentos", "auxiliar_cartera_andmx_*.csv", "ANDMX", 1),
    ("erp_mx_aplicaciones", "sample_erp_mx_aplicaciones", "aplicaciones_andmx_*.csv", "ANDMX", 1),
    ("clientes", "sample_clientes", "clientes_and*.xlsx", None, 31),
    ("erp_co_cartera", "sample_erp_co_cartera", "movimiento_cartera_andco_*.xlsx", "ANDCO", 1),
    ("erp_co_cruces", "sample_erp_co_cruces", "cruces_andco_*.csv", "ANDCO", 1),
    ("banco_mx", "mt940", "estado_cuenta_andmx_*.sta", "ANDMX", 1),
    ("banco_cl", "camt053", "cartola_andcl_*.xml", "ANDCL", 1),
)
PEOPLE = (
    ("Patricia Rojas", "patricia.rojas@example.com", "es", "cfo", ()),
    ("Daniel Whitman", "daniel.whitman@example.com", "en", "cfo", ()),
    ("Jorge Salinas", "jorge.salinas@example.com", "es", "controller", ()),
    ("Laura Méndez", "laura.mendez@example.com", "es", "collections", ("ANDMX",)),
    ("Camila Restrepo", "camila.restrepo@example.com", "es", "collections", ("ANDCO",)),
    ("Javiera Muñoz", "javiera.munoz@example.com", "es", "collections", ("ANDCL",)),
)


def sample_config(folder: Path) -> dict[str, str]:
    """The texts of `cartera.yml` and `policies.yml` for a home that reads the exports in `folder`.

    The demo's day is that of the exports in `folder` (told by their names), else the default one.
    """
    return {"cartera.yml": _cartera(exported_until(folder)), "policies.yml": _policies()}


def exported_until(folder: Path) -> date:
    """The day the exports in `folder` end on; the default day if there are none yet."""
    for path in sorted(folder.glob("grupo/companies_*.csv")):
        return date.fromisoformat(path.stem.removeprefix("companies_"))
    return DEFAULT_UNTIL


def _cartera(today: date) -> str:
    return "\n".join(
        (
            "# Grupo Andino: the demo's settings / la configuración de la demostración.",
            "companies:",
            *(line for spec in COMPANIES for line in _company(spec)),
            "",
            "presentation_currency: MXN",
            "time_zone: America/Mexico_City",
            "language: es",
            "fiscal_year_start_month: 1",
            "# The exports end on this day, so the demo lives on it. / Los datos terminan este día.",
            "clock:",
            f"  today: {today}",
            "",
            "application_date: latest",
            "tie_out:",
            "  tolerance: 0.00",
            "  above_tolerance: flag",
            "",
            "sources:",
            *(line for source in SOURCES for line in _source(*source)),
            "",
            "mail:",
            "  enabled: false",
            "  host: localhost",
            "  port: 1025",
            "  security: none",
            "  sender: Cartera <cartera@example.com>",
            "  allow_list: ['*@example.com']",
            "",
            "people:",
            *(line for person in PEOPLE for line in _person(*person)),
            "",
            "keep_snapshots: 4",
            "",
        )
    )


def _company(spec: CompanySpec) -> Iterable[str]:
    yield f"  - code: {spec.code}"
    yield f'    name: "{spec.name}"'
    yield f"    country: {spec.country}"
    yield f"    functional_currency: {spec.currency}"
    yield f'    tax_id: "{spec.tax_id}"'
    if spec is not COMPANIES[0]:
        yield f"    parent_company: {COMPANIES[0].code}"
    accounts = [spec.account, spec.foreign_account] if spec.foreign_currency else [spec.account]
    yield f"    receivable_accounts: {_quoted(accounts)}"
    yield f"    bank_accounts: {_quoted(bank.number for bank in spec.banks)}"


def _source(name: str, profile: str, files: str, company: str | None, every: int) -> Iterable[str]:
    yield f"  - name: {name}"
    yield f"    profile: {profile}"
    yield f'    files: "{files}"'
    if company:
        yield f"    company: {company}"
    yield f"    expected_every_days: {every}"


def _person(name: str, email: str, language: str, role: str, companies: tuple[str, ...]) -> Iterable[str]:
    yield f"  - name: {name}"
    yield f"    email: {email}"
    yield f"    language: {language}"
    yield f"    role: {role}"
    if companies:
        yield f"    companies: {_quoted(companies)}"


def _quoted(values: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _amounts(values: dict[str, Decimal]) -> str:
    return "{" + ", ".join(f"{currency}: {value}" for currency, value in values.items()) + "}"


def _policies() -> str:
    days = "{" + ", ".join(f"{segment}: {count}" for segment, count in policy.R11_DAYS_BY_SEGMENT.items()) + "}"
    return f"""\
# Grupo Andino: the demo's credit policy / la política de crédito de la demostración.
policies:
  - rule_id: R07
    valid_from: {policy.VALID_FROM}
    severity: medium
    owner: Gerencia de crédito
    corrective_action:
      es: Detener pedidos nuevos, cobrar lo vencido y revisar el límite.
      en: Hold new orders, collect what is overdue and review the limit.
    waiver:
      authority: [Dirección de finanzas]
      max_days: 90
    parameters:
      tolerance: {policy.R07_TOLERANCE}
      hard: {policy.R07_HARD}
      hard_severity: critical

  - rule_id: R11
    valid_from: {policy.VALID_FROM}
    severity: critical
    owner: Gerencia de crédito
    corrective_action:
      es: Bloquear el crédito hoy y avisar a ventas.
      en: Place the hold today and tell sales.
    waiver:
      authority: [Dirección de finanzas]
      max_days: 30
    parameters:
      days_by_segment: {days}
      default_days: {policy.R11_DEFAULT_DAYS}
      floor: {_amounts(policy.R11_FLOOR)}
      grace_business_days: {policy.R11_GRACE_BUSINESS_DAYS}
"""
