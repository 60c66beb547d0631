"""What settings files mean when they are right."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.home import initialise, open_home, template
from orchestration.settings import Settings, load_settings, secret
from orchestration.settings.models import CarteraFile


def write(home: Path, cartera: str = "", policies: str = "") -> Path:
    home.mkdir(exist_ok=True)
    (home / "cartera.yml").write_text(cartera, encoding="utf-8")
    (home / "policies.yml").write_text(policies, encoding="utf-8")
    return home


def test_no_files_mean_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "nothing")
    assert settings.companies == ()
    assert settings.policies == ()
    assert [bucket.name for bucket in settings.ageing_schemes[0].buckets] == [
        "not_due",
        "1-30",
        "31-60",
        "61-90",
        "90+",
    ]
    assert settings.published_file == tmp_path / "nothing" / "published" / "cartera.duckdb"


def test_the_template_says_what_the_defaults_are(tmp_path: Path) -> None:
    initialise(tmp_path / "home")
    from_template, defaults = load_settings(tmp_path / "home"), load_settings(tmp_path / "nothing")
    for field in set(Settings.model_fields) - {"home", "policies"}:
        assert getattr(from_template, field) == getattr(defaults, field), field


def test_the_commented_part_of_the_template_is_valid_too(tmp_path: Path) -> None:
    text = re.sub(r"^( *)# ", r"\1", template("cartera.yml"), flags=re.MULTILINE)
    settings = load_settings(write(tmp_path, text))
    assert [company.code for company in settings.companies] == ["ACMEMX"]
    assert settings.companies[0].receivable_accounts == ("1105",)
    assert [scheme.name for scheme in settings.ageing_schemes] == ["default", "quincenas"]
    assert settings.sources[0].expected_every_days == 1
    assert settings.people[0].receives == ("digest",)
    assert settings.mail.password_env == "CARTERA_SMTP_PASSWORD"


def test_the_template_names_every_key() -> None:
    text = template("cartera.yml")
    for key in CarteraFile.model_fields:
        assert f"{key}:" in text, key


def test_the_policy_template_has_the_rules_with_their_parameters(tmp_path: Path) -> None:
    settings = open_home(tmp_path / "home", create=True)
    exposure, hold = settings.policies
    assert (exposure.rule_id, hold.rule_id) == ("R07", "R11")
    assert exposure.parameters == {"tolerance": Decimal("0"), "hard": Decimal("0.20"), "hard_severity": "critical"}
    assert hold.parameters["days_by_segment"] == {"A": 60, "B": 45, "C": 15}
    assert hold.parameters["grace_business_days"] == 1
    assert set(hold.corrective_action) == {"es", "en"}
    assert all(rule.valid_from <= date(2012, 1, 1) and rule.valid_to is None for rule in settings.policies)


def test_text_stays_text_and_amounts_stay_decimal(tmp_path: Path) -> None:
    settings = load_settings(
        write(
            tmp_path,
            "companies:\n"
            "  - {code: 0012, name: NO, country: 'NO', functional_currency: NOK, bank_accounts: [012180001234567897]}\n"
            "tie_out: {tolerance: 0.10}\n",
        )
    )
    company = settings.companies[0]
    assert (company.code, company.name, company.bank_accounts) == ("0012", "NO", ("012180001234567897",))
    assert settings.tie_out.tolerance == Decimal("0.10")
    assert str(settings.tie_out.tolerance) == "0.10"
    assert settings.tie_out.tolerance_of("MXN") == settings.tie_out.tolerance_of("COP") == Decimal("0.10")


@pytest.mark.parametrize(
    ("text", "amounts", "refused"),
    [
        ("", {"MXN": "0", "COP": "0"}, False),
        ("tolerance: {MXN: 1.00, default: 0.05}", {"MXN": "1.00", "COP": "0.05"}, False),
        ("tolerance: {MXN: 1.00}, above_tolerance: flag", {"MXN": "1.00", "COP": "0"}, False),
        ("above_tolerance: refuse", {"MXN": "0"}, True),
        ("tolerance: 2, on_difference: refuse", {"MXN": "2", "COP": "2"}, True),  # as the first versions had it
    ],
)
def test_how_far_a_company_may_be_off_its_ledger(
    tmp_path: Path, text: str, amounts: dict[str, str], refused: bool
) -> None:
    tie_out = load_settings(write(tmp_path, f"tie_out: {{{text}}}\n")).tie_out
    assert {currency: str(tie_out.tolerance_of(currency)) for currency in amounts} == amounts
    assert tie_out.above_tolerance == ("refuse" if refused else "flag")


def test_a_rule_may_have_versions_one_after_the_other(tmp_path: Path) -> None:
    rule = "{rule_id: R07, severity: medium, owner: CFO, corrective_action: {es: a, en: b}, "
    settings = load_settings(
        write(
            tmp_path,
            "",
            "policies:\n"
            f"  - {rule}valid_from: 2025-01-01, parameters: {{tolerance: 0.05}}}}\n"
            f"  - {rule}valid_from: 2020-01-01, valid_to: 2024-12-31}}\n",
        )
    )
    assert [rule.valid_from.year for rule in settings.policies] == [2020, 2025]
    assert settings.policies[1].parameters["tolerance"] == Decimal("0.05")
    assert settings.policies[0].parameters == {"tolerance": 0, "hard": Decimal("0.20"), "hard_severity": "critical"}


def test_a_secret_comes_from_its_variable_or_the_file_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    assert secret("MAIL_PASSWORD") is None
    (tmp_path / "password").write_text("from file\n", encoding="utf-8")
    monkeypatch.setenv("MAIL_PASSWORD_FILE", str(tmp_path / "password"))
    assert secret("MAIL_PASSWORD") == "from file"
    monkeypatch.setenv("MAIL_PASSWORD", "from variable")
    assert secret("MAIL_PASSWORD") == "from variable"
    assert secret(None) is None


def test_the_address_of_the_operations_store_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTERA_OPS_URL", "postgresql://cartera:hunter2@db/ops")
    settings = load_settings(tmp_path)
    assert settings.ops_url is not None
    assert settings.ops_url.get_secret_value().endswith("hunter2@db/ops")
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_init_touches_nothing_that_is_there(tmp_path: Path) -> None:
    home = write(tmp_path / "home", "language: en\n")
    created = initialise(home)
    assert home / "cartera.yml" not in created
    assert home / "landing" in created
    assert (home / "cartera.yml").read_text(encoding="utf-8") == "language: en\n"
    assert initialise(home) == []
