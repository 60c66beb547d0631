"""Pages that have nothing to show: why, and what to do."""

from __future__ import annotations

import streamlit as st

from dashboards.ui.texts import Texts, plain


def empty(texts: Texts, key: str, *, icon: str = ":material/inbox:", **values: object) -> None:
    """A calm card with `<key>_title` and `<key>` of the catalogue; values from data come already `plain`."""
    with st.container(border=True, key=f"card_empty_{key.replace('.', '_')}"):
        st.subheader(f"{icon} {_filled(texts, key + '_title', values)}", anchor=False)
        st.markdown(_filled(texts, key, values))


def failed(texts: Texts, key: str) -> None:
    """The same for something that went wrong; the details are in the log, not on the page."""
    empty(texts, key, icon=":material/error:")


def _filled(texts: Texts, key: str, values: dict[str, object]) -> str:
    safe = {name: plain(value) if isinstance(value, str) else value for name, value in values.items()}
    return texts(key, **safe)
