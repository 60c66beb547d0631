"""Ageing: who owes what, how old? Buckets by anything, down to the items and to one item's movements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from dashboards.data import ageing, companies
from dashboards.data.ageing import BASES, DIMENSIONS, Basis, Dimension, Selection
from dashboards.domain.assemble import UNAPPLIED, ZERO, Member, late_buckets, members_of
from dashboards.domain.scope import CustomerKey, from_address, in_address, ratio
from dashboards.ui import downloads, drill, figures, filters, movements, states, tables
from dashboards.ui.address import one_of
from dashboards.ui.frame import Frame, current_frame
from dashboards.ui.theme import bucket_colours
from dashboards.ui.words import bucket_word

EVERY_BUCKET = ""
SHOWN = 500  # rows of the table, the largest first; nobody reads further on a page, and the download holds all
ON_PHONE = 50


def page(frame: Frame) -> None:
    """Draws the page."""
    view = frame.view
    scheme_rows = companies.schemes(frame.path).to_pylist()
    scheme_names = list(dict.fromkeys(row["scheme"] for row in scheme_rows)) or ["default"]
    scheme = one_of(view.get("scheme"), scheme_names, scheme_names[0])
    basis: Basis = one_of(view.get("basis"), BASES, "due_date")
    by: Dimension = one_of(view.get("by"), DIMENSIONS, "company" if frame.scope.is_group else "customer")
    order = late_buckets(scheme_rows, scheme)
    customer = CustomerKey.from_text(view.get("customer"), frame.scope)
    selection = Selection(
        segment=frame.segment,
        collector=from_address(view.get("collector")),
        company=customer.company if customer else None,
        customer_id=customer.customer_id if customer else None,
        bucket=one_of(view.get("bucket"), [*(bucket for bucket, _ in order), UNAPPLIED], EVERY_BUCKET) or None,
    )
    _controls(frame, scheme_names, scheme, basis, by)
    # the table shows everything of the filters; customer and bucket choose the items below it
    table = replace(selection, company=None, customer_id=None, bucket=None)
    members, apart = members_of(
        ageing.buckets(frame.path, frame.scope.codes, frame.currency, frame.as_of, by, scheme, basis, table).to_pylist()
    )
    if not members and not apart:
        first = companies.first_day(frame.path)
        states.empty(frame.texts, "empty.day", day=frame.formats.day(frame.as_of), first=frame.formats.day(first))
        return
    buckets = [bucket for bucket, _ in order]
    if members:
        _bars(frame, members, order, basis)
        _matrix(frame, members, buckets, order, by, basis, scheme)
    drill.items(frame, selection, scheme, basis, order)
    movements.movements(frame)


def _controls(frame: Frame, schemes: list[str], scheme: str, basis: Basis, by: Dimension) -> None:
    texts, view = frame.texts, frame.view
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="ageing_controls"):
        filters.segmented(view, texts, "filter.by", "by", DIMENSIONS, by, lambda code: texts(f"filter.by.{code}"))
        filters.segmented(
            view, texts, "filter.basis", "basis", BASES, basis, lambda code: texts(f"filter.basis.{code}")
        )
        if len(schemes) > 1:
            with st.container(width=200):
                filters.select(
                    view, texts, "filter.scheme", "scheme", schemes, scheme,
                    lambda name: texts("filter.scheme_default") if name == "default" else name, clears=("bucket",),
                )  # fmt: skip


def _bars(frame: Frame, members: tuple[Member, ...], order: tuple[tuple[str, bool], ...], basis: Basis) -> None:
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    sums = {bucket: sum((m.by_bucket.get(bucket, ZERO) for m in members), ZERO) for bucket, _ in order}
    gross = sum(sums.values(), ZERO)
    unapplied = sum((m.by_bucket.get(UNAPPLIED, ZERO) for m in members), ZERO)
    colour_of = bucket_colours(order, frame.colours)
    names, amounts = list(sums), list(sums.values())
    words = [bucket_word(texts, bucket, basis) for bucket in names]
    said = [f"{formats.short(amount)} · {formats.percent(ratio(amount, gross))}" for amount in amounts]
    _, unit = figures.unit_of(amounts)
    with st.container(border=True, key="card_bars"):
        st.subheader(texts("ageing.chart_title"), anchor=False)
        st.caption(
            texts(
                "ageing.chart_caption",
                unit=texts(unit, currency=currency),
                day=formats.day(frame.as_of),
                n=formats.number(drill.count(frame)),
            )
        )
        st.plotly_chart(
            figures.bucket_bars(
                words, amounts, said, [colour_of[name] for name in names],
                currency=currency, formats=formats, colours=frame.colours,
            ),
            key="bucket_chart",
            theme=None,
            config=figures.CONFIG,
            alt=texts("ageing.chart_alt", parts="; ".join(f"{w} {t}" for w, t in zip(words, said, strict=True))),
        )  # fmt: skip
        st.caption(
            texts(
                "ageing.sums",
                net=formats.money(gross + unapplied, currency),
                gross=formats.exact(gross, currency),
                sign="−" if unapplied < 0 else "+",
                unapplied=formats.exact(abs(unapplied), currency),
            )
        )


def _matrix(
    frame: Frame,
    members: tuple[Member, ...],
    buckets: list[str],
    order: tuple[tuple[str, bool], ...],
    by: Dimension,
    basis: Basis,
    scheme: str,
) -> None:
    texts, formats = frame.texts, frame.formats
    late = [bucket for bucket, is_late in order if is_late]
    rows = [
        {
            "member": member.member,
            "name": (name_of := _member_name(frame, member, by)),
            "label": f"{name_of} · {member.company}" if by == "customer" and frame.scope.is_group else name_of,
            "company": member.company,
            **{bucket: member.by_bucket.get(bucket, ZERO) for bucket in (*buckets, UNAPPLIED)},
            "net": member.net,
            "late": (overdue := sum((member.by_bucket.get(b, ZERO) for b in late), ZERO)),
            "late_share": ratio(overdue, member.gross),
        }
        for member in members
    ]
    quiet = _quiet(frame)
    name = texts(f"filter.by.{by}")
    net = tables.Column("net", texts("ageing.total"), formats.short, width=76, right=True, colour=quiet)
    # counted from the issue date nothing is late: there is no such figure then
    how_late = [
        tables.Column("late", texts("ageing.late"), formats.short, width=76, right=True, colour=_bad(frame)),
        tables.Column("late_share", texts("ageing.late_share"), formats.percent, width=84, right=True),
    ]
    split = [
        tables.Column(bucket, bucket_word(texts, bucket, basis), formats.short, width=76, right=True, colour=quiet)
        for bucket in (*buckets, UNAPPLIED)
    ]
    columns = [net, *(how_late if basis == "due_date" else []), *split]
    with st.container(border=True, key="card_matrix"):
        st.subheader(texts("ageing.title", by=texts(f"ageing.by.{by}")), anchor=False)
        st.caption(
            texts(
                "ageing.caption",
                currency=frame.currency,
                day=formats.day(frame.as_of),
                basis=texts(f"ageing.basis.{basis}"),
                n=formats.number(len(rows)),
            )
            + (f" · {texts('ageing.capped', shown=SHOWN)}" if len(rows) > SHOWN else "")
        )

        def choose(index: int) -> None:
            _choose(frame, by, members[index].member)

        alt = texts("ageing.title", by=texts(f"ageing.by.{by}"))
        with st.container(gap=None):
            with st.container(key="wide_only_matrix"):
                wide = [tables.Column("label", name, width=210), *columns]
                tables.show(rows[:SHOWN], wide, key=f"matrix_{by}", alt=alt, on_select=choose)
            with st.container(key="phone_only_matrix"):
                narrow = [tables.Column("label", name, width=168), *columns]
                tables.show(rows[:ON_PHONE], narrow, key=f"matrix_phone_{by}", alt=alt, on_select=choose)
        downloads.buttons(
            "ageing",
            f"cartera_ageing_{by}_{frame.scope.choice}_{frame.as_of:%Y%m%d}",
            lambda: downloads.Sheet(
                texts("page.ageing"),
                drill.origin(frame, basis, scheme, frame.segment),
                [
                    *([("company", texts("items.company")), ("member", "id")] if by == "customer" else []),
                    ("name", texts(f"filter.by.{by}")),
                    *((bucket, bucket_word(texts, bucket, basis)) for bucket in (*buckets, UNAPPLIED)),
                    ("net", texts("ageing.total")),
                    *([("late", texts("ageing.late"))] if basis == "due_date" else []),
                ],
                rows,
            ),
            texts,
        )


def _quiet(frame: Frame) -> Callable[[Decimal], str | None]:
    # most cells of a wide ageing table are zero: drawn faint, the others are found at once
    return lambda amount: None if amount else frame.colours.muted


def _bad(frame: Frame) -> Callable[[Decimal], str | None]:
    return lambda amount: frame.colours.bad if amount else frame.colours.muted


def _member_name(frame: Frame, member: Member, by: Dimension) -> str:
    return member.name or frame.texts("member.unidentified" if by == "customer" else "member.none")


def _choose(frame: Frame, by: Dimension, member: str) -> None:
    if by == "company":
        frame.view.put(company=member, segment=None, customer=None, collector=None, item=None, by="customer")
    elif by == "segment":
        frame.view.put(segment=in_address(member), customer=None, item=None, by="customer")
    elif by == "collector":
        frame.view.put(collector=in_address(member), customer=None, item=None, by="customer")
    else:
        frame.view.put(customer=member, item=None)


page(current_frame())
