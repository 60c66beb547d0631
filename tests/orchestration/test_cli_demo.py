"""`cartera demo` around its parts: a home of its own, exports once, continued after a crash."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

import ingest
import orchestration
from orchestration.cli import run


class Answer:
    def as_json(self) -> dict[str, Any]:
        return {"status": "published"}

    def lines(self) -> list[str]:
        return ["Published."]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A sample group and a pipeline that count their calls; `crash` makes the next refresh fail."""
    sample: Any = types.ModuleType("ingest.sample")
    pipeline: Any = types.ModuleType("orchestration.pipeline")
    sample.simulated, sample.landed, sample.crash = [], [], None

    def write_exports(group: str, folder: Path) -> None:
        for name in ("one/data.csv", "two/data.csv", "truth/breaches.csv"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name, encoding="utf-8")

    def refresh(settings: Any, clock: Any, **_: Any) -> Answer:
        landing = settings.landing_dir
        sample.landed.append(sorted(str(p.relative_to(landing)) for p in landing.rglob("*") if p.is_file()))
        sample.day = clock.today.isoformat()
        if sample.crash:
            sample.crash = None
            raise KeyboardInterrupt
        for path in landing.rglob("*.csv"):
            path.unlink()
        return Answer()

    sample.simulate = lambda **options: sample.simulated.append(options)
    sample.write_exports = write_exports
    sample.sample_config = lambda folder: {"cartera.yml": "clock: {today: 2026-06-30}\n", "policies.yml": "policies:\n"}
    pipeline.refresh = refresh
    for name, module, parent in (
        ("ingest.sample", sample, ingest),
        ("orchestration.pipeline", pipeline, orchestration),
    ):
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(parent, name.split(".")[1], module, raising=False)
    return sample


def demo(home: Path, size: str = "small") -> int:
    return run(["demo", "--no-serve", "--size", size, "--home", str(home)])


def test_exports_land_with_their_folders_and_without_the_truth(tmp_path: Path, parts: Any) -> None:
    assert demo(tmp_path / "home") == 0
    assert parts.landed == [["one/data.csv", "two/data.csv"]]
    assert parts.day == "2026-06-30"
    assert [call["size"] for call in parts.simulated] == ["small"]


def test_a_second_demo_simulates_and_lands_nothing_again(tmp_path: Path, parts: Any) -> None:
    assert demo(tmp_path / "home") == 0
    assert demo(tmp_path / "home") == 0
    assert parts.landed == [["one/data.csv", "two/data.csv"], []]
    assert len(parts.simulated) == 1


def test_a_demo_that_was_stopped_goes_on(tmp_path: Path, parts: Any) -> None:
    parts.crash = True
    assert demo(tmp_path / "home") == 130
    assert demo(tmp_path / "home") == 0
    assert len(parts.simulated) == 1
    assert (tmp_path / "home" / "cartera.yml").read_text(encoding="utf-8") == "clock: {today: 2026-06-30}\n"


def test_the_demo_keeps_away_from_a_home_with_real_data(
    tmp_path: Path, parts: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert run(["init", "--home", str(home)]) == 0
    before = (home / "cartera.yml").read_bytes()
    assert demo(home) == 1
    assert "a home that is not a demo's" in capsys.readouterr().err
    assert (home / "cartera.yml").read_bytes() == before
    assert parts.simulated == []


def test_another_size_needs_another_home(tmp_path: Path, parts: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "home") == 0
    assert demo(tmp_path / "home", "medium") == 1
    assert "a demo of size small" in capsys.readouterr().err
