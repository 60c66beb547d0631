"""What a person is told where Spark can't run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from orchestration.build import prepare_build
from orchestration.errors import OutOfReach
from orchestration.spark import installed
from tests.homes import new_home


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    installed.what_is_missing.cache_clear()
    yield
    installed.what_is_missing.cache_clear()


def java(folder: Path, words: str) -> Path:
    """A JAVA_HOME whose java says these words of itself."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ('openjdk version "17.0.15" 2025-04-15', ""),
        ('openjdk version "21" 2023-09-19', ""),
        ('java version "1.8.0_421"', 'java version "1.8.0_421"'),
        ("something else", "something else"),
    ],
)
def test_java_must_be_new_enough(words: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "jdk", words)))
    found = installed.what_is_missing()
    assert (found == "") is (missing == "") and missing in found


def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert installed.what_is_missing() == "no java, neither on PATH nor in JAVA_HOME"


def test_a_build_says_what_to_install_and_touches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: None)
    settings = new_home(tmp_path / "home", "engine: spark\n")
    with pytest.raises(OutOfReach) as error:
        prepare_build(settings, date(2026, 6, 30))
    assert error.value.exit_code == 4
    assert "pyspark" in error.value.found
    assert "make spark-setup" in error.value.next_step
    assert list(settings.warehouse_dir.iterdir()) == []
