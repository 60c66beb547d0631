"""The shape of a mail in words: what both its halves are made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A link that names its target."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One alert told in full. `severity` is its key (for the colour), `severity_text` the word; facts in order."""

    severity: str
    severity_text: str
    customer: str
    company: str
    exposure: str | None
    remark: str | None
    facts_title: str
    facts: tuple[tuple[str, str], ...]
    link: Link


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the mail: cards, or rows of (customer, what). `more` says how many are left out."""

    title: str
    cards: tuple[Card, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    more: str | None = None


@dataclass(frozen=True, slots=True)
class DigestView:
    """The whole mail in words. `counts`: label and number; `rules`: rule, alerts, exposure; `foot`: label and text."""

    language: str
    subject: str
    headline: str
    lead: str
    product: str
    counts_title: str
    counts: tuple[tuple[str, str], ...]
    rules_title: str
    rules_head: tuple[str, str, str]
    rules: tuple[tuple[str, str, str], ...]
    rows_head: tuple[str, str]
    sections: tuple[Section, ...]
    all_link: Link
    foot_title: str
    foot: tuple[tuple[str, str], ...]
