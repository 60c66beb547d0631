"""Colours: readable in both themes, one ramp whatever the scheme, the same in code and in the theme file."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from dashboards.ui.cards import arrow_and_colour, sparkline
from dashboards.ui.theme import DARK, LIGHT, Palette, bucket_colours, contrast, luminance

CONFIG = Path(__file__).parents[2] / "dashboards" / ".streamlit" / "config.toml"


@pytest.fixture(scope="module")
def config() -> dict:
    return tomllib.loads(CONFIG.read_text("utf-8"))


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_is_readable_on_every_ground(colours: Palette) -> None:
    for ground in (colours.background, colours.card):
        for ink in (colours.text, colours.muted, colours.good, colours.bad):
            assert contrast(ink, ground) >= 4.5, (ink, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_badges_and_changes_are_readable(config: dict, theme: str) -> None:
    tokens = config["theme"][theme]
    for name in ("green", "red", "orange", "gray"):
        assert contrast(tokens[f"{name}TextColor"], tokens[f"{name}BackgroundColor"]) >= 4.5, name


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_theme_file_and_code_agree(config: dict, theme: str, colours: Palette) -> None:
    tokens = config["theme"][theme]
    assert (tokens["backgroundColor"], tokens["secondaryBackgroundColor"]) == (colours.background, colours.card)
    assert (tokens["textColor"], tokens["borderColor"]) == (colours.text, colours.border)
    assert tokens["chartCategoricalColors"] == [colours.good, *colours.late, colours.neutral]


def test_nothing_is_fetched_and_nothing_told(config: dict) -> None:
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["server"]["address"] == "127.0.0.1"
    for face in config["theme"]["fontFaces"]:
        assert (CONFIG.parents[1] / face["url"].removeprefix("app/")).is_file()


def test_ramp_spans_any_number_of_buckets() -> None:
    buckets = [("not_due", False), *((str(n), True) for n in range(6))]
    found = bucket_colours(buckets, LIGHT)
    assert found["not_due"] == LIGHT.good
    assert (found["0"], found["5"]) == (LIGHT.late[0], LIGHT.late[-1])
    shades = [luminance(found[str(n)]) for n in range(6)]
    assert shades == sorted(shades, reverse=True)
    assert len(set(found.values())) == 8


@pytest.mark.parametrize(
    ("change", "meaning", "expected"),
    [
        ("1", "rising is bad", ("up", "red")),
        ("-1", "rising is bad", ("down", "green")),
        ("-1", "rising is good", ("down", "red")),
        ("1", "neither", ("up", "gray")),
        ("0", "rising is bad", ("off", "gray")),
    ],
)
def test_arrow_by_sign_and_colour_by_meaning(change: str, meaning: str, expected: tuple[str, str]) -> None:
    assert arrow_and_colour(Decimal(change), meaning) == expected  # type: ignore[arg-type]


def test_sparkline_needs_three_points() -> None:
    assert sparkline([Decimal(1), None, Decimal(2)], "#000000") == ""
    assert sparkline([Decimal(1), None, Decimal(2), Decimal(3)], "#000000").startswith("<img")
