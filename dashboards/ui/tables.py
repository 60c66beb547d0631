"""Tables: exact decimals underneath (so they sort), the reader's own number format on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd  # type: ignore[import-untyped]
import streamlit as st

from dashboards.domain.numbers import ABSENT
from dashboards.ui.texts import plain_html

ROW_HEIGHT = 36
MAX_ROWS_SHOWN = 12
OnPhone = Literal["table", "list", "stack"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the row's `key`, its heading, how a value is written (None: as it is), its width in pixels, and
    whether it is a figure (`right`), and an optional colour by value.
    """

    key: str
    label: str
    text: Callable[[Any], str] | None = None
    width: int | None = None
    help: str | None = None
    right: bool = False
    colour: Callable[[Any], str | None] | None = field(default=None)


def show(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    *,
    key: str,
    alt: str,
    on_select: Callable[[int], None] | None = None,
    max_rows: int = MAX_ROWS_SHOWN,
) -> None:
    """Draws the rows. With `on_select`, a click anywhere in a row calls it with the row's index before the next run."""
    frame = pd.DataFrame({column.key: [row[column.key] for row in rows] for column in columns}, dtype=object)
    style = frame.style.format({column.key: column.text for column in columns if column.text}, na_rep=ABSENT)
    for column in columns:
        if column.colour is not None:
            style = style.map(_css_of(column.colour), subset=[column.key])
    extra: dict[str, Any] = {"on_select": "ignore"}
    if on_select is not None:
        extra = {"on_select": _clicked_row(key, on_select), "selection_mode": "single-cell"}
    st.dataframe(
        style,
        key=key,
        hide_index=True,
        width="stretch",
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (min(len(rows), max_rows) + 1) + 2,
        column_config={
            column.key: st.column_config.Column(
                column.label, width=column.width, help=column.help, alignment="right" if column.right else None
            )
            for column in columns
        },
        placeholder=ABSENT,
        alt=alt,
        **extra,
    )


def _clicked_row(key: str, on_select: Callable[[int], None]) -> Callable[[], None]:
    def selected() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells:
            on_select(int(cells[0][0]))

    return selected


def _css_of(colour: Callable[[Any], str | None]) -> Callable[[Any], str]:
    def css(value: Any) -> str:
        found = colour(value)
        return f"color: {found}" if found else ""

    return css


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a plain table: its text, `kind` (words: 'number' is right-aligned, 'bad' is red), what hovering says,
    a quiet line below (`under`), and where the text leads (`href`, a query string from View.link).
    """

    text: str
    kind: str = ""
    title: str = ""
    under: str = ""
    href: str = ""


def plain_table(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, total: bool = False, on_phone: OnPhone = "table"
) -> None:
    """A short table as HTML: text wraps, no column is cut, headings stand over their figures, links take the keyboard.

    `total`: the last row is a sum. `on_phone`: 'list' puts the first two columns on one line and the others below
    them, 'stack' gives every column its own line.
    """
    kinds = ["number" if "number" in cell.kind else "" for cell in rows[0]] if rows else []
    head = "".join(
        f'<th scope="col" class="{kind}">{plain_html(heading)}</th>'
        for heading, kind in zip(headings, kinds, strict=True)
    )
    body = "".join(
        f'<tr class="{"total" if total and index == len(rows) - 1 else ""}">'
        + "".join(_cell(heading, cell) for heading, cell in zip(headings, row, strict=True))
        + "</tr>"
        for index, row in enumerate(rows)
    )
    table = f'<table class="plain phone-{on_phone}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    st.html(f'<div class="plain">{table}</div>')


def _cell(heading: str, cell: Cell) -> str:
    text = plain_html(cell.text)
    if cell.href:
        text = f'<a href="{plain_html(cell.href)}">{text}</a>'
    if cell.under:
        text += f'<div class="under">{plain_html(cell.under)}</div>'
    title = f' title="{plain_html(cell.title)}"' if cell.title else ""
    return f'<td class="{cell.kind}" data-label="{plain_html(heading)}"{title}>{text}</td>'
