"""The catalogue: both languages complete, everything the code asks for there, nothing from data becoming mark-up."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from dashboards.ui.texts import LANGUAGES, Texts, catalogue, plain, plain_html

ROOM = Path(__file__).parents[2] / "dashboards"
# keys put together from a code: the code's values must all have words
FAMILIES = {
    "filter.compare.": ("month", "quarter", "year", "none"),
    "filter.basis.": ("due_date", "issue_date"),
    "ageing.basis.": ("due_date", "issue_date"),
    "filter.by.": ("company", "segment", "customer", "collector"),
    "ageing.by.": ("company", "segment", "customer", "collector"),
    "card.method.": ("countback", "balance"),
    "card.definition.": ("countback", "balance"),
    "banner.": ("refused", "failed"),
    "age.": ("now", "minutes", "hours", "days"),
    "page.": ("overview", "ageing"),
    "strip.earlier.": ("ties", "explained", "differs"),
    "tie.": tuple(
        code + words
        for code in (
            "cut_off", "cut_off_recorded_later", "rejected_rows", "unposted_bank_receipts", "revaluation_subledger",
            "revaluation_ledger", "manual_journals",
        )
        for words in ("", ".means")
    ),
    "reason.": (
        "history_shorter_than_90_days", "no_billings_in_window", "no_open_items", "history_too_short",
        "month_without_billings", "no_receivables", "no_row",
    ),
}  # fmt: skip


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_everything_with_the_same_values() -> None:
    for key, entry in catalogue().items():
        assert set(entry) == set(LANGUAGES), key
        assert all(isinstance(text, str) and text.strip() for text in entry.values()), key
        assert fields(entry["es"]) == fields(entry["en"]), key


def test_every_text_the_code_asks_for_exists() -> None:
    asked = set()
    for file in ROOM.rglob("*.py"):
        asked |= set(
            re.findall(r"""texts(?:\.known)?\(\s*["']([a-z_]+(?:\.[A-Za-z0-9_]+)+)["']""", file.read_text("utf-8"))
        )
    assert len(asked) > 60, "the search finds the calls"
    assert asked - set(catalogue()) == set()


@pytest.mark.parametrize(("prefix", "codes"), FAMILIES.items())
def test_every_code_has_words(prefix: str, codes: tuple[str, ...]) -> None:
    assert {prefix + code for code in codes} - set(catalogue()) == set()


def test_no_text_is_left_that_nobody_shows() -> None:
    code = "\n".join(file.read_text("utf-8") for file in ROOM.rglob("*.py"))
    families = (*FAMILIES, "bucket.", "entry.", "severity.", "policy.name.", "tie.", "policy.", "access.", "download.")
    # a card's title goes with its text: states.empty asks for both by the text's key
    idle = [
        key
        for key in catalogue()
        if not key.startswith(families)
        and not re.search(rf"""["']{re.escape(key.removesuffix("_title"))}(_title)?["']""", code)
    ]
    assert idle == []


def test_unknown_codes_stay_themselves() -> None:
    assert Texts("es").known("entry.something_new", "something new") == "something new"
    with pytest.raises(KeyError):
        Texts("es")("no.such.text")


@pytest.mark.parametrize("hostile", ["**x**", "[a](javascript:1)", "$x$", ":red[x]", "<b>x</b>", "# x", "`x`"])
def test_text_from_data_is_no_markup(hostile: str) -> None:
    bare = re.sub(r"\\.", "", plain(hostile))  # what is left once every escaped sign is taken out
    assert not set(bare) & set("*[]()$:<>#`_!|")
    assert "<" not in plain_html(hostile)


def test_line_breaks_from_data_do_not_start_a_list() -> None:
    assert plain("Acme\n\n- item") == r"Acme \- item"
