"""The row of filters every page has. Each widget is set from the view and writes to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from dashboards.domain.periods import COMPARISONS, Comparison
from dashboards.domain.scope import GROUP, HAS_NONE, CompanyName, in_address
from dashboards.ui.address import View
from dashboards.ui.texts import LANGUAGES, Texts

_WIDGET = "w_"


def bound(view: View, key: str, widget: str, *, clears: Sequence[str] = ()) -> Callable[[], None]:
    """A callback that writes what the widget holds into the view, and takes away what it makes meaningless."""

    def write() -> None:
        value = st.session_state[widget]
        text = value.isoformat() if isinstance(value, date) else (str(value) if value is not None else None)
        view.put(**{key: text}, **dict.fromkeys(clears))

    return write


def select(
    view: View,
    texts: Texts,
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    words: Callable[[str], str],
    *,
    clears: Sequence[str] = (),
    help_text: str | None = None,
) -> None:
    """A selectbox for one parameter of the address. Options are codes; `words` says them."""
    widget = _WIDGET + key
    st.session_state[widget] = value
    st.selectbox(
        texts(label),
        options,
        format_func=words,
        key=widget,
        on_change=bound(view, key, widget, clears=clears),
        help=help_text,
    )


def segmented(
    view: View,
    texts: Texts,
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    words: Callable[[str], str],
    *,
    clears: Sequence[str] = (),
    hide_label: bool = False,
) -> None:
    """A row of choices for one parameter of the address; one is always chosen."""
    widget = _WIDGET + key
    st.session_state[widget] = value
    st.segmented_control(
        texts(label),
        options,
        format_func=words,
        key=widget,
        required=True,
        wrap=True,
        on_change=bound(view, key, widget, clears=clears),
        label_visibility="collapsed" if hide_label else "visible",
    )


def header(
    view: View,
    texts: Texts,
    *,
    companies: Sequence[CompanyName],
    choice: str,
    as_of: date,
    first: date | None,
    last: date,
    comparison: Comparison | None,
    segments: Sequence[str],
    segment: str | None,
    language: str,
) -> None:
    """Company, day, comparison, segment, language. On a phone all but the first two are folded behind a switch.

    `comparison` is None on pages that compare nothing.
    """
    names = {company.code: company.name for company in companies}
    options = [GROUP, *names] if len(companies) > 1 else list(names)
    with st.container(key="filters"):
        lead, rest = st.columns([5, 7], gap="small", vertical_alignment="bottom")
        with lead, st.grid(2, min_column_width=140, gap="small"):
            select(
                view, texts, "filter.company", "company", options, choice,
                lambda code: texts("filter.group", n=len(companies)) if code == GROUP else names[code],
                clears=("segment", "customer", "collector", "item"),
            )  # fmt: skip
            st.session_state["w_as_of"] = as_of
            st.date_input(
                texts("filter.as_of"),
                min_value=min(first or last, as_of),
                max_value=last,
                format="DD/MM/YYYY",
                key="w_as_of",
                on_change=bound(view, "as_of", "w_as_of"),
                help=texts("filter.as_of_help"),
            )
        with rest:
            with st.container(key="more_filters"):
                opened = st.toggle(texts("filter.more"), key="w_more")
            with (
                st.container(key="open_filters" if opened else "folded_filters"),
                st.grid(3, min_column_width=130, gap="small"),
            ):
                if comparison is not None:
                    select(
                        view, texts, "filter.compare", "compare", COMPARISONS, comparison,
                        lambda code: texts(f"filter.compare.{code}"),
                    )  # fmt: skip
                select(
                    view, texts, "filter.segment", "segment", ["", *map(in_address, segments)],
                    "" if segment is None else in_address(segment),
                    lambda code: texts("member.none") if code == HAS_NONE else code or texts("filter.all"),
                    clears=("customer", "item"),
                )  # fmt: skip
                segmented(view, texts, "filter.language", "lang", LANGUAGES, language, str.upper)
