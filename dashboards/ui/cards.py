"""The headline figures as cards: value, change by meaning, exact amount and definition one click away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import streamlit as st

from dashboards.ui.theme import Palette

Arrow = Literal["up", "down", "off"]
Meaning = Literal["rising is good", "rising is bad", "neither"]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure. `change` is the difference as a number (its sign sets arrow and colour), `change_text` its words."""

    key: str
    label: str
    value: str
    help: str
    change: Decimal | None = None
    change_text: str = ""
    versus: str = ""
    meaning: Meaning = "neither"
    trend: Sequence[Decimal | None] = ()


def arrow_and_colour(change: Decimal, meaning: Meaning) -> tuple[Arrow, str]:
    """Where the arrow points and what colour it has: the arrow by the sign, the colour by what the change means."""
    if change == 0:
        return "off", "gray"
    arrow: Arrow = "up" if change > 0 else "down"
    if meaning == "neither":
        return arrow, "gray"
    return arrow, "green" if (change > 0) == (meaning == "rising is good") else "red"


def draw(cards: Sequence[Card], colours: Palette) -> None:
    """All cards in one grid: five abreast on a desk, two by two on a phone."""
    with st.grid(len(cards), min_column_width=140, gap="small", key="cards_headline"):
        for card in cards:
            with st.container(border=True, key=f"card_{card.key}", height="stretch", gap="xxsmall"):
                draw_one(card, colours)


def draw_one(card: Card, colours: Palette) -> None:
    """One card; without a change there is no arrow."""
    arrow, colour = arrow_and_colour(card.change or Decimal(0), card.meaning)
    st.metric(
        card.label,
        card.value,
        delta=card.change_text if card.change is not None else None,
        delta_color=colour,  # type: ignore[arg-type]
        delta_arrow=arrow,
        help=card.help,
    )
    if card.change is not None:
        st.caption(card.versus)
    drawing = sparkline(card.trend, {"green": colours.good, "red": colours.bad}.get(colour, colours.neutral))
    if drawing:
        st.html(drawing)


def sparkline(trend: Sequence[Decimal | None], colour: str) -> str:
    """A line without axes as a picture, for the shape only; the figures are on the card and in the table.

    Empty under three points; the line breaks where a point is missing.
    """
    known = [float(point) for point in trend if point is not None]
    if len(known) < 3:
        return ""
    low, high = min(known), max(known)
    reach = (high - low) or 1.0
    step = 100 / (len(trend) - 1)
    path, pen = [], "M"
    for index, point in enumerate(trend):
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{index * step:.1f} {26 - (float(point) - low) / reach * 24:.1f}")
        pen = "L"
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 28" preserveAspectRatio="none">'
        f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round" '
        'stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg>'
    )
    data = b64encode(drawing.encode()).decode()
    return f'<img class="spark" alt="" src="data:image/svg+xml;base64,{data}">'
