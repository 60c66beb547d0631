"""Always on screen: does it tie to the ledger, how old is the data, was the last refresh refused."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import overview, trust
from dashboards.data.companies import closing_rates
from dashboards.data.published import LastRefresh, pulse
from dashboards.domain.assemble import Totals, totals_of
from dashboards.domain.numbers import Formats, elapsed
from dashboards.domain.scope import Scope
from dashboards.ui.frame import Frame
from dashboards.ui.texts import Texts, plain
from dashboards.ui.tieout import Tie, detail, earlier, equation, ties_of, tolerance_in
from orchestration.clock import Clock

LOOK_EVERY_SECONDS = 5
SOURCES_SHOWN = 4


def banner(refresh: LastRefresh | None, texts: Texts, formats: Formats, time_zone: str) -> None:
    """Says that the page shows the last good publication because a later refresh did not get through."""
    if refresh is None or not refresh.is_bad:
        return
    words = texts(f"banner.{refresh.status}", at=formats.moment(refresh.at, time_zone))
    reason = refresh.reason.get(texts.language) or texts("banner.no_reason")
    st.warning(f"**{words}** {plain(reason)}", icon=":material/warning:")


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def watch(published_dir: Any, ops_dir: Any, seen: tuple[str, ...]) -> None:
    """Looks at two small files; when another publication is there the page is drawn anew, filters and scroll kept."""
    if pulse(published_dir, ops_dir) != seen:
        st.rerun(scope="app")


def strip(frame: Frame) -> None:
    """The tie-out strip of the whole scope (segments are not known to a ledger)."""
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    whole = totals_of(overview.totals(frame.path, frame.scope.codes, currency, frame.as_of, None).to_pylist())
    rows = trust.tie_out(frame.path, frame.scope.codes, frame.as_of).to_pylist()
    ties = ties_of(rows, tolerance_in(frame))
    with st.container(border=True, key="card_strip", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _badge(ties, whole.gaps, frame)
            if rows:
                with st.popover(texts("strip.detail"), icon=":material/receipt_long:", type="tertiary"):
                    detail(rows, frame)
        if not frame.is_unrated:
            st.markdown(equation(whole, ties, frame))
        for line in earlier(frame, ties):
            st.caption(line)
        _notes(whole, frame)
        _ages(frame.path, frame.clock, texts, formats, frame)


def _badge(ties: Sequence[Tie], gaps: Sequence[tuple[str, Decimal]], frame: Frame) -> None:
    texts = frame.texts
    states = {tie.state for tie in ties}
    if gaps:
        amounts = ", ".join(frame.books.money(gap, frame.scope.company(company).currency) for company, gap in gaps)
        st.badge(texts("strip.inner_gap", amount=amounts), icon=":material/error:", color="red")
    elif "differs" in states:
        st.badge(texts("strip.differs"), icon=":material/error:", color="red")
    elif "explained" in states:
        st.badge(texts("strip.explained"), icon=":material/info:", color="orange")
    elif not ties or "no_ledger" in states:
        st.badge(texts("strip.no_ledger"), icon=":material/help:", color="gray")
    else:
        st.badge(texts("strip.ties"), icon=":material/check_circle:", color="green")


def _notes(whole: Totals, frame: Frame) -> None:
    texts, formats, scope = frame.texts, frame.formats, frame.scope
    if whole.apart:
        amounts = " · ".join(
            f"{plain(row['company_name'])} {formats.money(row['net'], row['currency'])}" for row in whole.apart
        )
        words = texts("strip.no_rate", amounts=amounts, currency=scope.currency, day=formats.day(frame.as_of))
        st.caption(f":orange[:material/warning:] {words}")
    if scope.is_group:
        rates = _rates(frame, scope)
        if rates:
            st.caption(texts("strip.rates", day=formats.day(frame.as_of), rates=rates))


def _rates(frame: Frame, scope: Scope) -> str:
    known = closing_rates(frame.path, scope.codes, scope.currency, frame.as_of)
    by_currency = {company.currency: known.get(company.code) for company in scope.companies}
    return " · ".join(
        f"1 {currency} = {frame.formats.number(rate, _rate_places(rate))} {scope.currency}"
        for currency, rate in sorted(by_currency.items())
        if rate is not None and currency != scope.currency
    )


def _rate_places(rate: Decimal) -> int:
    # five significant digits, so that a peso of Colombia in pesos of Mexico still says something; no idle zeros
    exponent = round(rate, max(4, 4 - rate.adjusted())).normalize().as_tuple().exponent if rate else 0
    return max(2, -exponent) if isinstance(exponent, int) else 2


def _ages(path: str, clock: Clock, texts: Texts, formats: Formats, frame: Frame) -> None:
    rows = trust.data_health(path).to_pylist()
    zone = frame.settings.time_zone
    parts = [_age(row, clock, texts) for row in rows[:SOURCES_SHOWN]]
    if len(rows) > SOURCES_SHOWN:
        parts.append(texts("age.more", n=len(rows) - SOURCES_SHOWN))
    parts.append(texts("strip.publication", id=plain(frame.publication.id[:8])))
    published = texts(
        "strip.published",
        moment=formats.moment(frame.publication.built_at, zone),
        day=formats.day(frame.publication.as_of),
    )
    lines = [published, ""] + [
        f"- {plain(row['source'])}: {formats.moment(row['last_loaded_at'], zone)} · {plain(row['last_file'] or '')}"
        for row in rows
    ]
    st.caption(" · ".join(parts), help="\n".join(lines))


def _age(row: dict[str, Any], clock: Clock, texts: Texts) -> str:
    source = plain(row["source"])
    if row["last_loaded_at"] is None:
        return texts("age.never", source=source)
    unit, count = elapsed(row["last_loaded_at"], clock.now())
    words = texts(f"age.{unit}", source=source, n=count)
    if row["checks_failed"]:
        words = f":orange[:material/warning: {words} · {texts('strip.failed_checks', n=row['checks_failed'])}]"
    return words
