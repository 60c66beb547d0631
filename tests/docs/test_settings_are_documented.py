"""What a person can set is written where a person looks."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.settings import Environment

PROJECT = Path(__file__).parents[2]
# Names that cartera.yml gives, not the code: the template's example.
NAMED_IN_YAML = {"CARTERA_SMTP_USER", "CARTERA_SMTP_PASSWORD"}


def variables() -> set[str]:
    return {f"CARTERA_{name.upper()}" for name in Environment.model_fields}


def test_env_example_has_every_variable_and_no_other() -> None:
    text = (PROJECT / ".env.example").read_text(encoding="utf-8")
    written = set(re.findall(r"^([A-Z_]+)=", text, flags=re.MULTILINE))
    assert written == variables() | NAMED_IN_YAML


def test_env_example_shows_the_defaults() -> None:
    text = (PROJECT / ".env.example").read_text(encoding="utf-8")
    for name, field in Environment.model_fields.items():
        (value,) = re.findall(rf"^CARTERA_{name.upper()}=(.*)$", text, flags=re.MULTILINE)
        assert value == (field.default or ""), name


def test_no_code_reads_a_variable_that_is_not_written_down() -> None:
    known = variables() | NAMED_IN_YAML | {"CARTERA_SMTP_PASSWORD_FILE"}
    found: dict[str, str] = {}
    for room in ("ingest", "orchestration", "dashboards"):
        for path in (PROJECT / room).rglob("*"):
            if path.suffix in {".py", ".yml", ".yaml", ".toml"}:
                for name in re.findall(r"\bCARTERA_[A-Z_]+\b", path.read_text(encoding="utf-8")):
                    found.setdefault(name, str(path.relative_to(PROJECT)))
    # A constant of the settings package, and what the build hands to dbt: nobody sets these.
    paths = {"CARTERA_WAREHOUSE", "CARTERA_MARTS", "CARTERA_LAKE", "CARTERA_CHECKS", "CARTERA_SETTINGS"}
    internal = {
        "CARTERA_FILE",
        "CARTERA_ENGINE",
        "CARTERA_SPARK",
        "CARTERA_AS_OF",
        "CARTERA_MEMORY_LIMIT",
        "CARTERA_APPLICATION_DATE_RULE",
    } | paths
    assert {name: file for name, file in found.items() if name not in known | internal} == {}


def test_make_help_tells_every_target() -> None:
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, flags=re.MULTILINE))
    assert set(phony.split()) - explained == {"types"}  # a part of lint
    assert {"setup", "demo", "test", "lint", "lock", "serve", "clean", "help"} <= explained


def test_templates_explain_in_both_languages() -> None:
    for name in ("cartera.yml", "policies.yml"):
        text = (PROJECT / "orchestration" / "templates" / "home" / name).read_text(encoding="utf-8")
        assert len(re.findall(r"\bES  ", text)) == len(re.findall(r"\bEN  ", text)) > 3, name
