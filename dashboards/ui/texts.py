"""The catalogue of texts, Spanish and English, read once from texts.yml beside this file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import yaml

LANGUAGES = ("es", "en")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&^=@])")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key -> language -> text, as written in texts.yml."""
    content: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "texts.yml").read_text("utf-8"))
    return content


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language: `texts("card.overdue")`."""

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with its values filled in. KeyError when the catalogue has no such key."""
        text = catalogue()[key][self.language]
        return text.format(**values) if values else text

    def known(self, key: str, otherwise: str) -> str:
        """The text of `key`, or `otherwise` for a code that came from data and has no words of ours."""
        entry = catalogue().get(key)
        return entry[self.language] if entry else otherwise


def plain(text: str) -> str:
    """Text from data, safe inside Markdown: nothing in it becomes a link, an image, mark-up or a formula."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def plain_html(text: str) -> str:
    """Text from data, safe inside HTML and inside the mark-up that Plotly reads in labels."""
    return escape(" ".join(text.split()), quote=True)
