"""Overview: how are we doing? Headline figures, ageing over a year, largest exposures, policy breaches."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import streamlit as st

from dashboards.data import companies, overview
from dashboards.domain.assemble import (
    METHODS,
    UNAPPLIED,
    Dso,
    History,
    Method,
    Totals,
    dso_of,
    history_of,
    late_buckets,
    totals_of,
)
from dashboards.domain.periods import month_ends
from dashboards.ui import cards, figures, filters, sections, states, tables
from dashboards.ui.address import one_of
from dashboards.ui.dso import dso_cards
from dashboards.ui.frame import Frame, current_frame
from dashboards.ui.texts import plain
from dashboards.ui.theme import bucket_colours
from dashboards.ui.words import bucket_word

MONTHS = 13  # twelve months of change need thirteen month ends


def page(frame: Frame) -> None:
    """Draws the page."""
    now = _totals(frame)
    if now.is_empty:
        first = companies.first_day(frame.path)
        states.empty(frame.texts, "empty.day", day=frame.formats.day(frame.as_of), first=frame.formats.day(first))
        return
    before = _totals(frame, compared=True) if frame.compared else None
    if before is not None and not now.is_comparable(before):
        before = None
    history = _history(frame)
    _headline(frame, now, before, history)
    left, right = st.columns([3, 2], gap="small")
    with left:
        _ageing_over_time(frame, now, history)
    with right:
        sections.policy(frame)
    sections.exposures(frame, now)


def _totals(frame: Frame, *, compared: bool = False) -> Totals:
    day = frame.compared if compared and frame.compared else frame.as_of
    return totals_of(overview.totals(frame.path, frame.scope.codes, frame.currency, day, frame.segment).to_pylist())


def _history(frame: Frame) -> History:
    days = month_ends(frame.as_of, MONTHS)
    table = overview.ageing_history(frame.path, frame.scope.codes, frame.currency, days, frame.segment)
    return history_of(table.to_pylist(), days)


def _headline(frame: Frame, now: Totals, before: Totals | None, history: History) -> None:
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    versus = texts("card.versus", day=formats.day(frame.compared)) if frame.compared else ""
    late = frozenset(bucket for bucket, is_late in late_buckets(_schemes(frame), "default") if is_late)
    overdue_trend = history.overdue(late)
    gross_trend = history.gross()
    change = _change(now.net, before.net if before else None)
    overdue_change = _change(now.overdue, before.overdue if before else None)
    share_change = _change(now.share_current, before.share_current if before else None)
    if share_change is not None:  # rounded as it is shown: a change that reads 0.0 has no arrow and no colour
        share_change = share_change.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    method = one_of(frame.view.get("dso"), METHODS, "countback")
    found = [
        cards.Card(
            key="receivables",
            label=f"{texts('card.receivables')} · {currency}",
            value=formats.short(now.net),
            change=change,
            change_text=formats.signed(change),
            versus=versus,
            trend=history.net(),
            help=texts(
                "card.receivables_help",
                exact=formats.money(now.net, currency),
                day=formats.day(frame.as_of),
                unapplied=formats.money(now.unapplied, currency),
            ),
        ),
        cards.Card(
            key="overdue",
            label=f"{texts('card.overdue')} · {currency}",
            value=formats.short(now.overdue),
            change=overdue_change,
            change_text=formats.signed(overdue_change),
            versus=versus,
            meaning="rising is bad",
            trend=overdue_trend,
            help=texts(
                "card.overdue_help",
                exact=formats.money(now.overdue, currency),
                share=formats.percent(now.share_overdue),
            ),
        ),
        cards.Card(
            key="current",
            label=texts("card.current"),
            value=formats.percent(now.share_current),
            change=share_change,
            change_text=_points(frame, share_change),
            versus=versus,
            meaning="rising is good",
            trend=[
                (gross - late_part) / gross if gross > 0 else None
                for gross, late_part in zip(gross_trend, overdue_trend, strict=True)
            ],
            help=texts(
                "card.current_help",
                not_due=formats.money(now.not_due, currency),
                gross=formats.money(now.gross, currency),
            ),
        ),
        *dso_cards(frame, method, *_dso(frame, method)),
    ]
    cards.draw(found, frame.colours)
    filters.segmented(
        frame.view, texts, "card.method", "dso", METHODS, method, lambda code: "DSO · " + texts(f"card.method.{code}"),
        hide_label=True,
    )  # fmt: skip


def _dso(frame: Frame, method: Method) -> tuple[Dso, Dso | None, list[Dso]]:
    rows = overview.collection_metrics(frame.path, frame.scope.codes, frame.as_of).to_pylist()
    codes = frame.scope.codes

    def at(day: date) -> Dso:
        rates = companies.closing_rates(frame.path, codes, frame.currency, day)
        return dso_of(rows, rates, method, day, codes)

    trend = [at(day) for day in month_ends(frame.as_of, MONTHS)]
    return trend[-1], at(frame.compared) if frame.compared else None, trend


def _schemes(frame: Frame) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = companies.schemes(frame.path).to_pylist()
    return rows


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _points(frame: Frame, change: Decimal | None) -> str:
    if change is None:
        return ""
    sign = "+" if change > 0 else ""
    return sign + frame.texts("card.points", n=frame.formats.number(change * 100, 1))


def _ageing_over_time(frame: Frame, now: Totals, history: History) -> None:
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    order = late_buckets(_schemes(frame), "default")
    colour_of = bucket_colours(order, frame.colours)
    late = frozenset(bucket for bucket, is_late in order if is_late)
    layers = [
        figures.Series(
            bucket_word(texts, bucket), colour_of.get(bucket, frame.colours.neutral), history.amounts[bucket]
        )
        for bucket in history.buckets
    ]
    _, unit = figures.unit_of(history.gross())
    with st.container(border=True, key="card_history", height="stretch"):
        st.subheader(texts("history.title"), anchor=False)
        caption = texts(
            "history.caption",
            unit=texts(unit, currency=currency),
            n=formats.number(now.n_items),
            day=formats.day(frame.as_of),
        )
        if history.missing:
            caption += " · " + texts("history.missing", companies=plain(", ".join(history.missing)))
        st.caption(caption)
        st.plotly_chart(
            figures.ageing_history(history.days, layers, currency=currency, formats=formats, colours=frame.colours),
            key="history_chart",
            height="stretch",
            theme=None,
            config=figures.CONFIG,
            alt=texts(
                "history.alt",
                first=formats.day(history.days[0]),
                last=formats.day(history.days[-1]),
                amount=formats.money(history.net()[-1], currency),
                overdue=formats.money(history.overdue(late)[-1], currency),
            ),
        )
        with st.expander(texts("history.table"), icon=":material/table_rows:", type="compact"):
            _history_table(frame, history)


def _history_table(frame: Frame, history: History) -> None:
    texts, formats = frame.texts, frame.formats
    net = history.net()
    rows = [
        {"day": day, "net": net[index], **{bucket: history.amounts[bucket][index] for bucket in history.buckets}}
        for index, day in reversed(list(enumerate(history.days)))
    ]
    columns = [
        tables.Column("day", texts("history.day"), formats.day, width=110),
        *(
            tables.Column(
                bucket, bucket_word(texts, bucket), lambda value: formats.exact(value, frame.currency), right=True
            )
            for bucket in history.buckets
            if bucket != UNAPPLIED
        ),
        *(
            [
                tables.Column(
                    UNAPPLIED,
                    bucket_word(texts, UNAPPLIED),
                    lambda value: formats.exact(value, frame.currency),
                    right=True,
                )
            ]
            if UNAPPLIED in history.buckets
            else []
        ),
        tables.Column("net", texts("history.total"), lambda value: formats.exact(value, frame.currency), right=True),
    ]
    tables.show(rows, columns, key="history_table", alt=texts("history.table"), max_rows=13)


page(current_frame())
