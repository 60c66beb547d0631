"""Every fault of a settings file names its line, what was found, what is allowed and what to do; all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.errors import WrongUsage
from orchestration.settings import Problem, SettingsError, load_settings

RULE = "  - {rule_id: R07, severity: medium, owner: CFO, corrective_action: {es: a, en: b}, "


def problems(tmp_path: Path, cartera: str = "", policies: str = "") -> tuple[Problem, ...]:
    (tmp_path / "cartera.yml").write_text(cartera, encoding="utf-8")
    (tmp_path / "policies.yml").write_text(policies, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert caught.value.exit_code == 1
    assert all(problem.expected and problem.next_step for problem in caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "field", "found", "expected"),
    [
        ("language: fr\n", 1, "language", "'fr'", "'es' or 'en'"),
        ("\ntime_zone: Mexico City\n", 2, "time_zone", "'Mexico City'", "America/Mexico_City"),
        ("presentation_currency: MXM\n", 1, "presentation_currency", "'MXM'", "ISO 4217"),
        ("clock:\n  today: 2026-02-30\n", 2, "clock.today", "'2026-02-30'", "YYYY-MM-DD"),
        ("clock: {today: 30/06/2026}\n", 1, "clock.today", "'30/06/2026'", "YYYY-MM-DD"),
        ("tie_out: {tolerance: '1,50'}\n", 1, "tie_out.tolerance", "'1,50'", "decimal point"),
        ("tie_out: {tolerance: -1}\n", 1, "tie_out.tolerance", "'-1'", "greater than or equal to 0"),
        ("tie_out: {tolerance: NaN}\n", 1, "tie_out.tolerance", "'NaN'", "finite"),
        ("tie_out:\n  tolerance:\n    PESOS: 1\n", 3, "tie_out.tolerance.PESOS", "'PESOS'", "or default for all"),
        ("tie_out:\n  tolerance:\n    MXN: -1\n", 3, "tie_out.tolerance.MXN", "'-1'", "greater than or equal to 0"),
        ("tie_out: {tolerance: {MXN: '1,5'}}\n", 1, "tie_out.tolerance.MXN", "'1,5'", "decimal point"),
        ("tie_out: {above_tolerance: stop}\n", 1, "tie_out.above_tolerance", "'stop'", "'flag' or 'refuse'"),
        ("tie_out: {above_tolerance: flag, on_difference: flag}\n", 1, "tie_out.on_difference", "unknown", "tolerance"),
        ("fiscal_year_start_month: 13\n", 1, "fiscal_year_start_month", "'13'", "less than or equal to 12"),
        ("companies: ACME\n", 1, "companies", "'ACME'", "a list"),
        ("companies:\n  - ACME\n", 2, "companies[1]", "'ACME'", "`name: value`"),
        ("mail: {base_url: example.com}\n", 1, "mail.base_url", "'example.com'", "http://"),
        ("people:\n  - {name: Ana, email: ana}\n", 2, "people[1].email", "'ana'", "a mail address"),
        ("application_date: newest\n", 1, "application_date", "'newest'", "'latest_document'"),
        ("keep_snapshots: 1\n", 1, "keep_snapshots", "'1'", "greater than or equal to 2"),
        ("language: es\nlanguage: en\n", 2, "language", "the key written twice", "each key once"),
        ("mail: &m {enabled: true}\ntie_out: *m\n", 2, "tie_out", "an alias", "the values themselves"),
        ("language: !!python/name:os.system\n", 1, "language", "the tag", "a plain value"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, field: str, found: str, expected: str
) -> None:
    (problem, *_) = [p for p in problems(tmp_path, text) if p.field == field]
    assert (problem.file, problem.line) == ("cartera.yml", line)
    assert found in problem.found
    assert expected in problem.expected


def test_an_unknown_key_gets_its_nearest_neighbour(tmp_path: Path) -> None:
    found = problems(tmp_path, "presentation_curency: MXN\nmail:\n  prot: 25\nxyz: 1\nclok:\n")
    assert [(p.field, p.next_step) for p in found] == [
        ("presentation_curency", "did you mean 'presentation_currency'?"),
        ("mail.prot", "did you mean 'port'?"),
        ("xyz", "remove the line"),
        ("clok", "did you mean 'clock'?"),
    ]


def test_faults_of_both_files_come_together(tmp_path: Path) -> None:
    found = problems(tmp_path, "language: fr\nkeep_snapshots: many\n", "policies:\n  - {rule_id: R99}\n")
    assert {p.file for p in found} == {"cartera.yml", "policies.yml"}
    assert {"language", "keep_snapshots", "policies[1].rule_id", "policies[1].owner"} <= {p.field for p in found}


def test_parameters_are_checked_by_the_rule_they_belong_to(tmp_path: Path) -> None:
    text = f"policies:\n{RULE}valid_from: 2020-01-01,\n     parameters: {{tolerence: 0,\n       hard: lots}}}}\n"
    found = problems(tmp_path, "", text)
    assert [(p.line, p.field) for p in found] == [
        (3, "policies[1].parameters.tolerence"),
        (4, "policies[1].parameters.hard"),
    ]
    assert "did you mean 'tolerance'?" in found[0].next_step


def test_parameters_that_contradict_each_other(tmp_path: Path) -> None:
    text = f"policies:\n{RULE}valid_from: 2020-01-01, parameters: {{tolerance: 0.5, hard: 0.2}}}}\n"
    (problem,) = problems(tmp_path, "", text)
    assert (problem.field, problem.expected) == ("policies[1].parameters", "hard at or above tolerance")


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("valid_from: 2020-01-01", "valid_from: 2025-01-01", True),
        ("valid_from: 2020-01-01, valid_to: 2025-01-01", "valid_from: 2025-01-01", True),
        ("valid_from: 2020-01-01, valid_to: 2024-12-31", "valid_from: 2025-01-01", False),
    ],
)
def test_versions_of_a_rule_may_not_overlap(tmp_path: Path, first: str, second: str, overlap: bool) -> None:
    text = f"policies:\n{RULE}{first}}}\n{RULE}{second}}}\n"
    if overlap:
        (problem,) = problems(tmp_path, "", text)
        assert (problem.line, problem.field) == (3, "policies[2].valid_from")
        assert "line 2" in problem.found
    else:
        (tmp_path / "policies.yml").write_text(text, encoding="utf-8")
        assert len(load_settings(tmp_path).policies) == 2


def test_a_version_must_not_end_before_it_starts(tmp_path: Path) -> None:
    text = f"policies:\n{RULE}valid_from: 2020-01-02, valid_to: 2020-01-01}}\n"
    (problem,) = problems(tmp_path, "", text)
    assert problem.expected == "a day on or after valid_from (2020-01-02)"


@pytest.mark.parametrize(
    "buckets",
    [
        "[{name: a, to_days: 0}, {name: b, from_days: 2}]",
        "[{name: a, to_days: 0}, {name: b, from_days: 0}]",
        "[{name: a, to_days: 0}, {name: b, from_days: 1, to_days: 30}]",
        "[{name: a, from_days: 0, to_days: 0}, {name: b, from_days: 1}]",
        "[{name: a}]",
        "[{name: a, to_days: 0}, {name: unapplied, from_days: 1}]",
        "[{name: a, to_days: 0}, {name: a, from_days: 1}]",
    ],
    ids=["gap", "overlap", "closed above", "closed below", "one bucket", "reserved name", "same name"],
)
def test_buckets_partition_all_days(tmp_path: Path, buckets: str) -> None:
    (problem,) = problems(tmp_path, f"ageing_schemes:\n  - name: own\n    buckets: {buckets}\n")
    assert (problem.line, problem.field) == (3, "ageing_schemes[1].buckets")


def test_the_default_scheme_is_everybodys(tmp_path: Path) -> None:
    text = "ageing_schemes:\n  - {name: default, buckets: [{name: not_due, to_days: 0}, {name: late, from_days: 1}]}\n"
    (problem,) = problems(tmp_path, text)
    assert "a name of its own" in problem.next_step


def test_one_bank_account_has_one_company(tmp_path: Path) -> None:
    company = "country: MX, functional_currency: MXN, bank_accounts: ['123']}"
    text = f"companies:\n  - {{code: A, name: A, {company}\n  - {{code: A, name: B, {company}\n"
    found = problems(tmp_path, text)
    assert [(p.line, p.field) for p in found] == [(3, "companies[2].code"), (3, "companies[2].bank_accounts[1]")]
    assert "already in line 2" in found[0].found


def test_a_secret_put_in_the_file_by_mistake_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "cartera.yml").write_text("mail: {username_env: SMTP_USER, password_env: hunter2}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert "hunter2" not in str(caught.value) + str(caught.value.as_json())
    assert "NAME of an environment variable" in caught.value.problems[0].expected


def test_a_password_never_travels_in_the_clear(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "mail: {username_env: A, password_env: B, security: none}\n")
    assert problem.field == "mail.security"


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (b"language: es\n  mail: {\n", 2, "mapping values are not allowed"),
        (b"language: es\nmail: [1, 2\n", 3, "expected ',' or ']'"),
        (b"- a\n- b\n", 1, "a list"),
        (b"language: es\nsender: caf\xe9\n", 2, "0xe9"),
        (b"language: \x00es\n", 1, ""),
    ],
    ids=["indentation", "open list", "not a mapping", "not UTF-8", "control character"],
)
def test_a_file_that_is_not_yaml(tmp_path: Path, content: bytes, line: int, found: str) -> None:
    (tmp_path / "cartera.yml").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert found in problem.found


def test_a_deep_nest_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "cartera.yml").write_text("mail: " + "[" * 5000 + "]" * 5000, encoding="utf-8")
    with pytest.raises(SettingsError):
        load_settings(tmp_path)


def test_a_wrong_environment_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTERA_AUTH", "hunter2")
    with pytest.raises(WrongUsage) as caught:
        load_settings(tmp_path)
    assert "CARTERA_AUTH" in caught.value.where
    assert "hunter2" not in str(caught.value)
