"""The router: settings, theme, door, publication, filters, tie-out strip; then the page.

Started with `streamlit run dashboards/app.py`; its options stand in `.streamlit/config.toml` beside it.
"""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import duckdb
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboards.access import visible
from dashboards.data import companies as known
from dashboards.data.published import (
    NothingPublished,
    Publication,
    pulse,
    read_last_refresh,
    read_publication,
)
from dashboards.domain.numbers import Formats
from dashboards.domain.periods import COMPARISONS, compared_day
from dashboards.domain.scope import choose_scope, from_address, in_address
from dashboards.ui import address, filters, states, strip, theme
from dashboards.ui.frame import Frame, keep_frame
from dashboards.ui.gate import pass_gate
from dashboards.ui.texts import LANGUAGES, Texts
from orchestration.clock import Clock
from orchestration.errors import CarteraError
from orchestration.settings import Person, Settings, load_settings

LOG = logging.getLogger("cartera.dashboards")
HERE = Path(__file__).parent
PAGES = HERE / "app_pages"
COMPARING = {"overview"}
ICON = HERE / "static" / "icon.png"  # a Material icon here would be fetched from the internet


def main() -> None:
    """One run of the app for one reader."""
    st.set_page_config(page_title="Cartera", page_icon=str(ICON), layout="wide", initial_sidebar_state=220)
    colours = theme.palette(st.context.theme.type)
    st.html(theme.css(colours))
    view = address.View.of_session()
    try:
        settings = load_settings()
    except CarteraError as error:
        LOG.error("settings cannot be read: %s", error)
        states.failed(Texts(address.one_of(view.get("lang"), LANGUAGES, "es")), "error.settings")
        return
    language = address.one_of(view.get("lang"), LANGUAGES, settings.language)
    texts = Texts(language)
    person = pass_gate(settings, texts)
    chosen = navigation(texts)
    page = page_name(chosen)
    seen = pulse(settings.published_dir, settings.ops_dir)
    try:
        st.title(texts(f"page.{page}"), anchor=False)
        publication = read_publication(settings.published_dir, settings.snapshots_dir)
        frame = frame_of(settings, publication, person, view, texts, colours, compares=page in COMPARING)
        if frame is not None:
            view.complete(page, **shared_values(frame))
            keep_frame(frame)
            strip.banner(read_last_refresh(settings.ops_dir), texts, frame.formats, settings.time_zone)
            strip.strip(frame)
            if frame.is_unrated:
                day = frame.formats.day(frame.as_of)
                states.empty(
                    texts, "empty.rates", icon=":material/currency_exchange:", currency=frame.currency, day=day
                )
            else:
                chosen.run()
    except NothingPublished as nothing:
        states.empty(texts, "empty.copy" if nothing.missing_copy else "empty.published", found=nothing.found)
    except duckdb.Error:
        LOG.exception("the publication cannot be read")
        states.failed(texts, "error.publication")
    strip.watch(settings.published_dir, settings.ops_dir, seen)


def navigation(texts: Texts) -> StreamlitPage:
    """The pages there are, by group. A page that does not exist yet is not promised."""
    pages = {
        texts("nav.see"): [
            st.Page(PAGES / "overview.py", title=texts("page.overview"), icon=":material/dashboard:", default=True),
            st.Page(
                PAGES / "ageing.py", title=texts("page.ageing"), icon=":material/stacked_bar_chart:", url_path="ageing"
            ),
        ],
    }
    chosen = st.navigation(pages)
    asked = asked_page(st.query_params.pop("page", None))
    if asked is not None and asked != page_name(chosen):
        target = next(page for page in pages[texts("nav.see")] if page_name(page) == asked)
        st.switch_page(target, query_params=st.query_params.to_dict())
    return chosen


def asked_page(name: str | None) -> str | None:
    """The page a link asks for: mails name it among the parameters, so that one address serves all of them.

    A link that names a customer leads to the customer's items, whatever else it speaks of.
    """
    if name is None or name in address.OF_PAGE:
        return name
    return "ageing" if "customer" in st.query_params else "overview"


def page_name(page: StreamlitPage) -> str:
    """The name of a page in addresses and in the code: overview, ageing."""
    return page.url_path or "overview"


def frame_of(
    settings: Settings,
    publication: Publication,
    person: Person | None,
    view: address.View,
    texts: Texts,
    colours: theme.Palette,
    *,
    compares: bool,
) -> Frame | None:
    """Draws the filters and says what they make of the view; None (and a card that says why) with nothing to show."""
    path = publication.path
    everyone = known.companies(path)
    companies = visible(everyone, person)
    if not companies:
        states.empty(texts, "empty.allowed" if everyone else "empty.companies")
        return None
    first = known.first_day(path)
    asked = address.day_of(view.get("as_of"))
    as_of = address.chosen_day(asked, publication.as_of, first, address.followed_day())
    address.follow(publication.as_of if as_of == publication.as_of else None)
    codes = tuple(company.code for company in companies)
    rates = known.closing_rates(path, codes, settings.presentation_currency, as_of)
    nobody = all(rate is None for rate in rates.values())
    # a group nobody can convert is no place to begin: then the first company is
    choice = view.get("company") or (companies[0].code if nobody else None)
    scope = choose_scope(choice, companies, settings.presentation_currency)
    comparison = address.one_of(view.get("compare"), COMPARISONS, "month")
    segments = known.segments(path, scope.codes)
    asked_segment = from_address(view.get("segment"))
    segment = asked_segment if asked_segment in segments else None
    filters.header(
        view,
        texts,
        companies=companies,
        choice=scope.choice,
        as_of=as_of,
        first=first,
        last=publication.as_of,
        comparison=comparison if compares else None,
        segments=segments,
        segment=segment,
        language=texts.language,
    )
    _say_another_day(texts, scope.country, asked, as_of, first, publication.as_of)
    return Frame(
        settings=settings,
        clock=Clock.from_environment(settings.time_zone, pinned=settings.pinned_today),
        publication=publication,
        scope=scope,
        as_of=as_of,
        comparison=comparison,
        compared=compared_day(as_of, comparison),
        segment=segment,
        is_unrated=scope.is_group and nobody,
        view=view,
        texts=texts,
        formats=Formats(texts.language, scope.country, scope.currency if scope.is_group else None),
        colours=colours,
    )


def _say_another_day(
    texts: Texts, country: str, asked: date | None, shown: date, first: date | None, last: date
) -> None:
    """A link may ask for a day without data: the nearest one is shown, and that is said."""
    if asked is None or asked == shown or not (asked < shown or asked > last):
        return
    formats = Formats(texts.language, country)
    key = "note.before" if asked < shown else "note.after"
    words = texts(key, first=formats.day(first), last=formats.day(last), asked=formats.day(asked))
    st.info(words, icon=":material/event:")


def shared_values(frame: Frame) -> dict[str, str | None]:
    """What every page's address says, defaults included, so that a copied link stays what it was."""
    return {
        "company": frame.scope.choice,
        "as_of": frame.as_of.isoformat(),
        "compare": frame.comparison,
        "segment": None if frame.segment is None else in_address(frame.segment),
        "lang": frame.texts.language,
    }


main()
