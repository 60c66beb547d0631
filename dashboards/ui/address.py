"""The view and the address say the same: a link opens exactly what was looked at.

What is looked at is a handful of short texts. They live in the address; the session keeps them too, because
Streamlit empties the address when the page changes. Widgets are set from here before they are drawn, and write here
when a person changes them, so there is one truth and no second copy to fall behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

SHARED = ("company", "as_of", "compare", "segment", "lang")
OF_PAGE = {
    "overview": ("dso",),
    "ageing": ("scheme", "basis", "by", "bucket", "customer", "collector", "item"),
}
MAX_LENGTH = 300
_STORE = "cartera_view"
_FOLLOWED = "cartera_followed_day"
Choice = TypeVar("Choice", bound=str)


def known(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters that are ours and of sane length."""
    keys = {*SHARED, *(key for keys in OF_PAGE.values() for key in keys)}
    return {key: value for key, value in parameters.items() if key in keys and 0 < len(value) <= MAX_LENGTH}


def one_of(value: str | None, allowed: Iterable[Choice], otherwise: Choice) -> Choice:
    """`value` if it is allowed, else `otherwise`: an address is typed by people."""
    return next((choice for choice in allowed if choice == value), otherwise)


def day_of(value: str | None) -> date | None:
    """An ISO date of an address; None when it is none."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def chosen_day(asked: date | None, published: date, first: date | None, followed: date | None) -> date:
    """The day to show: the one asked for, within the days there are data for.

    Who looks at the day of the publication (`followed`: the one shown so far) goes on looking at the newest.
    """
    if asked is None or asked == followed or asked > published:
        return published
    return max(asked, first) if first else asked


class View:
    """The parameters of the page in this session. Values are texts; an absent one is None."""

    def __init__(self, store: MutableMapping[str, str]) -> None:
        self._store = store

    @classmethod
    def of_session(cls) -> View:
        """What the address asks for, laid over what the session remembers."""
        store: dict[str, str] = st.session_state.setdefault(_STORE, {})
        store.update(known(st.query_params.to_dict()))
        return cls(store)

    def get(self, key: str) -> str | None:
        """The value of a parameter."""
        return self._store.get(key)

    def put(self, **values: str | None) -> None:
        """Sets parameters (None takes one away), in the session and in the address."""
        for key, value in values.items():
            if value is None or value == "":
                self._store.pop(key, None)
                st.query_params.pop(key, None)
            else:
                self._store[key] = value
                st.query_params[key] = value

    def link(self, page: str, **values: str | None) -> str:
        """The query string that opens `page` as this view with `values` laid over it (None takes one away)."""
        keys = (*SHARED, *OF_PAGE[page])
        wanted = {key: self._store[key] for key in keys if key in self._store} | values
        return "?" + urlencode({"page": page, **{key: value for key, value in wanted.items() if value}})

    def complete(self, page: str, **values: str | None) -> None:
        """Writes the whole address of `page`: `values` for what was defaulted (None: taken away, it meant nothing),
        and nothing of other pages.
        """
        self._store.update({key: value for key, value in values.items() if value is not None})
        for key in [key for key, value in values.items() if value is None]:
            self._store.pop(key, None)
        wanted = {key: self._store[key] for key in (*SHARED, *OF_PAGE[page]) if key in self._store}
        if st.query_params.to_dict() != wanted:
            st.query_params.from_dict(wanted)


def followed_day() -> date | None:
    """The publication's day this session was shown last without having asked for another."""
    day = st.session_state.get(_FOLLOWED)
    return day if isinstance(day, date) else None


def follow(day: date | None) -> None:
    """Remembers that the session looks at the publication's own day (None: at a day of its choice)."""
    st.session_state[_FOLLOWED] = day
