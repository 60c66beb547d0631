"""Plotly figures, built from plain values; no Streamlit in here. Floats begin and end in this file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import plotly.graph_objects as go

from dashboards.domain.numbers import Formats
from dashboards.ui.texts import plain_html
from dashboards.ui.theme import Palette

CONFIG = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False}
_FONT = "Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Series:
    """One layer of a stacked chart: its label, colour and one amount per day (None = not known)."""

    label: str
    colour: str
    amounts: tuple[Decimal | None, ...]


def unit_of(amounts: Sequence[Decimal | None]) -> tuple[Decimal, str]:
    """The divisor of an axis and the catalogue's word for it, by the largest amount."""
    largest = max((abs(amount) for amount in amounts if amount is not None), default=Decimal(0))
    if largest >= 2_000_000:
        return Decimal(1_000_000), "unit.million"
    if largest >= 2_000:
        return Decimal(1_000), "unit.thousand"
    return Decimal(1), "unit.one"


def ageing_history(
    days: Sequence[date], series: Sequence[Series], *, currency: str, formats: Formats, colours: Palette
) -> go.Figure:
    """Stacked bars, one per day; unapplied money hangs below zero. The hover says the exact amount."""
    totals = [
        sum((amount for layer in series if (amount := layer.amounts[i]) is not None and amount > 0), Decimal(0))
        for i in range(len(days))
    ]
    divisor, _ = unit_of(totals)
    # every other month, counted back from the last, so that names have room on a phone; the hover has every day
    marked = [index for index in range(len(days)) if (len(days) - 1 - index) % 2 == 0]
    ticks = [formats.month(days[i], with_year=i == marked[0] or days[i].month < days[i - 2].month) for i in marked]
    figure = go.Figure()
    for layer in series:
        figure.add_bar(
            x=list(range(len(days))),
            y=[None if amount is None else float(amount / divisor) for amount in layer.amounts],
            name=plain_html(layer.label),
            marker={"color": layer.colour, "line": {"width": 0}},
            customdata=[
                [formats.day(day), formats.money(amount, currency)]
                for day, amount in zip(days, layer.amounts, strict=True)
            ],
            hovertemplate=f"<b>{plain_html(layer.label)}</b> · %{{customdata[0]}}<br>%{{customdata[1]}}<extra></extra>",
        )
    _dress(figure, formats, colours, height=390)
    figure.update_layout(
        barmode="relative",
        bargap=0.32 if len(days) > 3 else 0.7,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": {"size": 12, "color": colours.text},
            "itemwidth": 30,
        },
    )
    figure.update_xaxes(tickvals=marked, ticktext=ticks, tickangle=0)
    return figure


def bucket_bars(
    labels: Sequence[str],
    amounts: Sequence[Decimal],
    texts_: Sequence[str],
    bar_colours: Sequence[str],
    *,
    currency: str,
    formats: Formats,
    colours: Palette,
) -> go.Figure:
    """One horizontal bar per bucket, from zero, with its text beside it: labels never slant."""
    divisor, _ = unit_of(amounts)
    figure = go.Figure(
        go.Bar(
            y=[plain_html(label) for label in labels],
            x=[float(amount / divisor) for amount in amounts],
            orientation="h",
            marker={"color": list(bar_colours), "line": {"width": 0}},
            text=[plain_html(text) for text in texts_],
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 13, "color": colours.text},
            customdata=[formats.money(amount, currency) for amount in amounts],
            hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
        )
    )
    _dress(figure, formats, colours, height=16 + 36 * len(labels), top=4)
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticksuffix="  ", tickfont={"size": 13, "color": colours.text}
    )
    top = max((float(abs(amount) / divisor) for amount in amounts), default=0.0)
    low = min((float(amount / divisor) for amount in amounts), default=0.0)
    figure.update_xaxes(visible=False, range=[min(0.0, low * 1.75), top * 1.75 or 1.0])
    figure.update_layout(bargap=0.35, showlegend=False)
    return figure


def _dress(figure: go.Figure, formats: Formats, colours: Palette, *, height: int, top: int = 30) -> None:
    symbols = formats.locale.number_symbols["latn"]
    axis = {"color": colours.muted, "fixedrange": True, "zerolinecolor": colours.border, "tickfont": {"size": 12}}
    figure.update_layout(
        height=height,
        margin={"l": 4, "r": 4, "t": top, "b": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": _FONT, "size": 13, "color": colours.text},
        separators=symbols["decimal"] + symbols["group"],
        hoverlabel={
            "bgcolor": colours.card,
            "bordercolor": colours.border,
            "font": {"family": _FONT, "size": 13, "color": colours.text},
        },
        dragmode=False,
    )
    figure.update_xaxes(showgrid=False, zeroline=False, automargin=True, **axis)
    figure.update_yaxes(gridcolor=colours.grid, automargin=True, separatethousands=True, exponentformat="none", **axis)
