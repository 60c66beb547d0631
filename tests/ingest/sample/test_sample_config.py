"""The demo's settings are valid, agree with the truth's parameters and bind every export to its profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.context import Binding
from ingest.sample import Exports, Group, policy, sample_config
from orchestration.settings import Settings, load_settings


@pytest.fixture
def settings(exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, text in sample_config(exports.truth.parent).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.delenv("CARTERA_TODAY", raising=False)
    return load_settings(tmp_path)


def test_the_day_and_the_companies_are_those_of_the_exports(settings: Settings, tiny: Group) -> None:
    assert settings.pinned_today == tiny.until
    assert {(c.code, c.functional_currency, c.bank_accounts) for c in settings.companies} == {
        (spec.code, spec.currency, tuple(bank.number for bank in spec.banks)) for spec in tiny.companies
    }
    accounts = {account for company in settings.companies for account in company.receivable_accounts}
    assert accounts == {account for _, account, _ in tiny.gl}


def test_the_policy_is_the_one_the_truth_was_reckoned_with(settings: Settings) -> None:
    rules = {rule.rule_id: rule for rule in settings.policies}
    assert rules["R07"].parameters["tolerance"] == policy.R07_TOLERANCE
    assert rules["R07"].parameters["hard"] == policy.R07_HARD
    assert rules["R11"].parameters == {
        "days_by_segment": policy.R11_DAYS_BY_SEGMENT,
        "default_days": policy.R11_DEFAULT_DAYS,
        "floor": policy.R11_FLOOR,
        "grace_business_days": policy.R11_GRACE_BUSINESS_DAYS,
    }
    assert {rule.valid_from for rule in settings.policies} == {policy.VALID_FROM}


def test_every_native_export_is_bound_to_one_source(settings: Settings, exports: Exports) -> None:
    bindings = [Binding(s.name, s.files, s.profile, s.company) for s in settings.sources]
    for path in exports.files:
        matching = [binding for binding in bindings if binding.matches(path.name)]
        native = "and" in path.stem.split("_")[-2] or path.suffix in (".sta", ".xml", ".xlsx")
        by_name = path.suffix == ".csv" and not path.stem.startswith(("auxiliar", "aplicaciones", "cruces"))
        assert len(matching) == (0 if by_name else 1), (path.name, native)


def test_mail_goes_to_example_addresses_only(settings: Settings) -> None:
    assert settings.people
    assert all(person.email.endswith("@example.com") for person in settings.people)
    assert not settings.mail.enabled
