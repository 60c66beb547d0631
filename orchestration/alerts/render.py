"""Turns a digest in words into the two halves of a mail. Names are escaped; nothing is fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.alerts.words import DigestView

_UNBROKEN = re.compile(r"(?<=\b[A-Z]{3}) (?=-?\d)|(?<=\d) (?=%|días?\b|days?\b)")
"""The space inside `MXN 1,200.00`, `135 %` and `78 days`: no line may end there."""

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The two halves of a mail, holding the same facts."""

    text: str
    html: str


def render(view: DigestView) -> Rendered:
    """Text and HTML of a digest; the styles stand on the elements, as mail programs want them."""
    environment = _environment()
    html = environment.get_template("digest.html.j2").render(view=view)
    text = environment.get_template("digest.txt.j2").render(view=view)
    return Rendered(text=text, html=_inliner().inline(_UNBROKEN.sub("\u00a0", html)))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    # the dark colours are an at-rule and must stay in <style>; nothing may be loaded from anywhere
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
