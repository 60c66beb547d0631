"""What every page is handed: settings, publication, scope, day, words and number formats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from dashboards.data.published import Publication
from dashboards.domain.numbers import Formats
from dashboards.domain.periods import Comparison
from dashboards.domain.scope import Scope
from dashboards.ui.address import View
from dashboards.ui.texts import Texts
from dashboards.ui.theme import Palette
from orchestration.clock import Clock
from orchestration.settings import Settings

_KEY = "cartera_frame"


@dataclass(frozen=True, slots=True)
class Frame:
    """One run of one page for one reader. `compared` is None when nothing is compared; `is_unrated` says
    that the scope is a group of which no company has a rate into the currency shown.
    """

    settings: Settings
    clock: Clock
    publication: Publication
    scope: Scope
    as_of: date
    comparison: Comparison
    compared: date | None
    segment: str | None
    is_unrated: bool
    view: View
    texts: Texts
    formats: Formats
    colours: Palette

    @property
    def path(self) -> str:
        """The publication's file: the key of every cache."""
        return self.publication.path

    @property
    def books(self) -> Formats:
        """For amounts as they are booked, in a company's or a document's own currency."""
        return replace(self.formats, converted_to=None)

    @property
    def currency(self) -> str:
        """The currency shown."""
        return self.scope.currency


def keep_frame(frame: Frame) -> None:
    """Hands the frame to the page about to run."""
    st.session_state[_KEY] = frame


def current_frame() -> Frame:
    """The frame of this run; only a page may ask, after app.py has made it."""
    frame = st.session_state[_KEY]
    assert isinstance(frame, Frame)
    return frame
