"""Colours, and the little CSS that Streamlit's own theme cannot say.

The same tokens stand in `.streamlit/config.toml`; a test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme. `late` is the ramp of lateness, from the first day to the worst."""

    background: str
    card: str
    border: str
    text: str
    muted: str
    good: str
    bad: str
    neutral: str
    grid: str
    late: tuple[str, ...]


LIGHT = Palette(
    background="#F7F6F2",
    card="#FFFFFF",
    border="#E3E0D8",
    text="#1E2A2F",
    muted="#56646A",
    good="#1B6E64",
    bad="#A3231C",
    neutral="#7A8CA3",
    grid="#ECE9E2",
    late=("#E8B44C", "#DE8333", "#C4512D", "#8A1C2B"),
)
DARK = Palette(
    background="#12181B",
    card="#1A2226",
    border="#2B363B",
    text="#E6EBEA",
    muted="#A9B6B9",
    good="#4DB6A6",
    bad="#F4A29A",
    neutral="#7A8CA3",
    grid="#2B363B",
    late=("#E8B44C", "#E58F45", "#DB6A4A", "#C24A5C"),
)


def palette(theme: str | None) -> Palette:
    """The colours for what the browser says its theme is."""
    return DARK if theme == "dark" else LIGHT


def bucket_colours(buckets: Sequence[tuple[str, bool]], colours: Palette) -> dict[str, str]:
    """Bucket -> colour for (bucket, is late) in order: green while not late, then along the ramp, however many."""
    late = [bucket for bucket, is_late in buckets if is_late]
    found = {bucket: colours.good for bucket, is_late in buckets if not is_late}
    for index, bucket in enumerate(late):
        place = index * (len(colours.late) - 1) / (len(late) - 1) if len(late) > 1 else 0.0
        found[bucket] = _between(colours.late, place)
    found["unapplied"] = colours.neutral
    return found


def _between(ramp: tuple[str, ...], place: float) -> str:
    low = int(place)
    if place == low:
        return ramp[low]
    parts = zip(_rgb(ramp[low]), _rgb(ramp[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - low)):02X}" for a, b in parts)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB` by WCAG 2."""
    channels = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _rgb(colour))
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours by WCAG 2, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def css(colours: Palette) -> str:
    """A style element: cards in the card colour, figures of equal width, and the phone's layout."""
    return f"""<style>
[class*="st-key-card_"] {{ background: {colours.card}; }}
[class*="st-key-cards_headline"] {{ background: transparent; }}
[data-testid="stMetricValue"], [data-testid="stMetricDelta"], .st-key-card_strip {{
  font-variant-numeric: tabular-nums;
}}
[data-testid="stMetricLabel"] {{ color: {colours.muted}; opacity: 1; }}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {{ opacity: 1; }}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {{ color: {colours.muted}; }}
[data-testid="stMainBlockContainer"] {{ max-width: 1320px; padding-bottom: 3rem; }}
[data-testid="stMainBlockContainer"] h1 {{ font-size: 1.45rem; padding: 0; }}
.st-key-more_filters {{ display: none; }}
.st-key-history_chart {{ max-height: 620px; }}
.spark {{ display: block; width: 100%; height: 34px; }}
div.plain {{ overflow-x: auto; }}
table.plain {{ width: 100%; border-collapse: collapse; font-size: 0.875rem; color: {colours.text}; }}
table.plain th {{
  text-align: left; font-weight: 500; color: {colours.muted}; padding: 0.35rem 0.5rem 0.35rem 0;
  border-bottom: 1px solid {colours.border};
}}
table.plain td {{ padding: 0.5rem 0.5rem 0.5rem 0; border-bottom: 1px solid {colours.border}; vertical-align: top; }}
table.plain .number {{
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding: 0.5rem 0 0.5rem 0.6rem;
}}
table.plain tr:last-child td {{ border-bottom: 0; }}
table.plain .total td {{ font-weight: 600; border-top: 1px solid {colours.border}; }}
table.plain .bad {{ color: {colours.bad}; }}
table.plain .strong {{ font-weight: 600; }}
table.plain .quiet, table.plain .under {{ color: {colours.muted}; }}
table.plain .under {{ font-size: 0.8125rem; }}
table.plain a {{ color: {colours.text}; text-decoration: underline; text-decoration-color: {colours.neutral}; }}
table.plain a:hover, table.plain a:focus-visible {{ color: {colours.good}; }}
[class*="st-key-phone_only"] {{ display: none; }}
@media (max-width: 640px) {{
  .st-key-more_filters, [class*="st-key-phone_only"] {{ display: flex; }}
  .st-key-folded_filters, .spark, [class*="st-key-wide_only"] {{ display: none; }}
  [data-testid="stMainBlockContainer"] {{ padding-left: 0.9rem; padding-right: 0.9rem; }}
  [data-testid="stMetricValue"] {{ font-size: 1.3rem; }}
  [data-testid="stMetricLabel"] p {{ font-size: 0.8125rem; }}
  .st-key-cards_headline > :last-child:nth-child(odd) {{ grid-column: 1 / -1; }}
  [class*="st-key-card_"] {{ padding: 0.8rem; }}
  table.phone-list thead, table.phone-stack thead {{ display: none; }}
  table.phone-list tr, table.phone-stack tr {{
    display: flex; flex-wrap: wrap; column-gap: 0.65rem; position: relative; padding: 0.5rem 0;
    border-bottom: 1px solid {colours.border};
  }}
  table.phone-list tr:last-child, table.phone-stack tr:last-child {{ border-bottom: 0; }}
  table.phone-list td, table.phone-stack td, table.phone-list td.number, table.phone-stack td.number {{
    border: 0; padding: 0.1rem 0;
  }}
  table.phone-list td:first-child {{ flex: 1 1 0; min-width: 0; }}
  table.phone-list td:nth-child(2) {{ font-weight: 600; }}
  table.phone-list td:nth-child(n + 3) {{ order: 2; font-size: 0.8125rem; }}
  table.phone-list td:nth-child(n + 3)::before {{ content: attr(data-label) "\\00a0"; color: {colours.muted}; }}
  table.phone-list tr::after {{ content: ""; flex-basis: 100%; order: 1; }}
  table.phone-list a::after {{ content: ""; position: absolute; inset: 0; }}
  table.phone-stack td {{ flex: 0 0 100%; display: flex; justify-content: space-between; column-gap: 0.9rem; }}
  table.phone-stack td:nth-child(n + 2)::before {{ content: attr(data-label); color: {colours.muted}; }}
}}
</style>"""
