"""The two lists of the overview: largest exposures and policy breaches; every customer leads to their items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import overview, trust
from dashboards.domain.assemble import Totals
from dashboards.domain.numbers import ABSENT
from dashboards.domain.scope import CustomerKey, ratio
from dashboards.ui import tables
from dashboards.ui.frame import Frame
from dashboards.ui.words import rule_word, severity_rank, severity_word

TOP = 10
CASES = 100  # a longer list is read in the download and in the mails
CASES_SHOWN = 6
MOST_USE = Decimal("9.99")  # a limit of one peso is no limit; millions of per cent would only hide that


def exposures(frame: Frame, now: Totals) -> None:
    """The ten customers with the largest balance: open, overdue, worst delay, limit use."""
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    rows = overview.exposures(frame.path, frame.scope.codes, currency, frame.as_of, frame.segment, TOP).to_pylist()
    with st.container(border=True, key="card_top"):
        st.subheader(texts("top.title"), anchor=False)
        if not rows:
            st.caption(texts("empty.selection"))
            return
        open_sum = sum((row["shown_open"] for row in rows), Decimal(0))
        overdue_sum = sum((row["shown_overdue"] for row in rows), Decimal(0))
        st.caption(
            texts(
                "top.caption",
                shown=len(rows),
                n=formats.number(rows[0]["n_customers"]),
                share=formats.percent(ratio(open_sum, now.net)),
                currency=currency,
            )
        )
        headings = [
            texts("top.customer"), texts("top.open"), texts("top.overdue"), texts("top.worst"), texts("top.limit"),
        ]  # fmt: skip
        tables.plain_table(headings, [_exposure(frame, row) for row in rows], on_phone="list")
        st.caption(
            texts(
                "top.total",
                n=len(rows),
                open=formats.money(open_sum, currency),
                overdue=formats.money(overdue_sum, currency),
            ),
            help=texts("top.limit_help"),
        )


def _exposure(frame: Frame, row: dict[str, Any]) -> list[tables.Cell]:
    texts, formats = frame.texts, frame.formats
    use = ratio(row["observed"], row["credit_limit"])
    late = row["worst_days"] > 0
    return [
        tables.Cell(_who(frame, row), href=_link(frame, row)),
        _money_cell(frame, row["shown_open"]),
        _money_cell(frame, row["shown_overdue"], "bad" if row["shown_overdue"] else "quiet"),
        # a customer whose oldest item is not due yet has no delay, and not a delay of minus some days
        tables.Cell(
            texts("top.days", n=formats.number(row["worst_days"])) if late else ABSENT,
            "number" if late else "number quiet",
        ),
        tables.Cell(_limit_use(frame, use), "number bad" if use is not None and use > 1 else "number"),
    ]


def _limit_use(frame: Frame, use: Decimal | None) -> str:
    if use is not None and use > MOST_USE:
        return f"> {frame.formats.percent(MOST_USE, 0)}"
    return frame.formats.percent(use, 0)


def policy(frame: Frame) -> None:
    """Breaches by rule and severity with their exposure, then the cases themselves."""
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    arguments = (frame.path, frame.scope.codes, currency, frame.as_of, frame.segment)
    outcomes: list[dict[str, Any]] = trust.policy_outcomes(*arguments).to_pylist()
    with st.container(border=True, key="card_policy", height="stretch"):
        st.subheader(texts("policy.title"), anchor=False)
        if not outcomes:
            st.caption(texts("policy.absent", day=formats.day(frame.as_of)))
            return
        counts = {
            key: sum(row[key] for row in outcomes)
            for key in ("breaches", "passes", "waived", "not_evaluable", "unconverted")
        }
        day = formats.day(max(row["evaluated_on"] for row in outcomes))
        evaluated = sum(counts[key] for key in ("breaches", "passes", "waived"))
        if not counts["breaches"]:
            st.badge(texts("policy.none_title"), icon=":material/check_circle:", color="green")
            st.caption(texts("policy.none", passes=formats.number(counts["passes"]), day=day))
        else:
            st.caption(
                texts(
                    "policy.caption",
                    breaches=formats.number(counts["breaches"]),
                    evaluated=formats.number(evaluated),
                    day=day,
                    currency=currency,
                )
            )
            _rules(frame, [row for row in outcomes if row["breaches"]])
            _cases(frame, trust.breaches(*arguments, CASES).to_pylist(), counts["breaches"])
        left_out = [
            texts(f"policy.{key}", n=formats.number(counts[key]))
            for key in ("not_evaluable", "waived", "unconverted")
            if counts[key]
        ]
        if left_out:
            st.caption(" · ".join(left_out))


def _rules(frame: Frame, rows: list[dict[str, Any]]) -> None:
    texts = frame.texts
    ranked = sorted(rows, key=lambda row: (severity_rank(row["severity"]), row["rule_id"]))
    lines = [
        [
            tables.Cell(rule_word(texts, row["rule_id"])),
            tables.Cell(
                severity_word(texts, row["severity"]), "bad strong" if severity_rank(row["severity"]) == 0 else ""
            ),
            tables.Cell(frame.formats.number(row["breaches"]), kind="number"),
            _money_cell(frame, row["shown_exposure"]),
        ]
        for row in ranked
    ]
    total = [
        tables.Cell(texts("policy.total")),
        tables.Cell(""),
        tables.Cell(frame.formats.number(sum(row["breaches"] for row in ranked)), kind="number"),
        tables.Cell("", kind="number"),
    ]
    headings = [texts(f"policy.{key}") for key in ("rule", "severity", "breaches", "exposure")]
    tables.plain_table(headings, [*lines, total] if len(lines) > 1 else lines, total=len(lines) > 1)


def _money_cell(frame: Frame, amount: Decimal | None, kind: str = "") -> tables.Cell:
    title = frame.formats.money(amount, frame.currency)
    return tables.Cell(frame.formats.short(amount), kind=f"number {kind}".strip(), title=title)


def _cases(frame: Frame, rows: list[dict[str, Any]], n: int) -> None:
    texts = frame.texts
    st.markdown(f"**{texts('policy.cases')}**")
    headings = [texts("top.customer"), texts("policy.exposure")]
    lines = [_case(frame, row) for row in rows]
    tables.plain_table(headings, lines[:CASES_SHOWN], on_phone="list")
    if more := lines[CASES_SHOWN:]:
        with st.expander(texts("policy.more", n=frame.formats.number(n - CASES_SHOWN)), type="compact"):
            tables.plain_table(headings, more, on_phone="list")
            if n > len(lines):
                st.caption(texts("policy.capped", shown=frame.formats.number(len(lines))))


def _case(frame: Frame, row: dict[str, Any]) -> list[tables.Cell]:
    texts, formats = frame.texts, frame.formats
    since = texts("policy.since", rule=row["rule_id"], day=formats.day(row["breached_since"]))
    return [
        tables.Cell(_who(frame, row), under=since, href=_link(frame, row)),
        _money_cell(frame, row["shown_exposure"]),
    ]


def _link(frame: Frame, row: dict[str, Any]) -> str:
    customer = CustomerKey(row["company"], row["customer_id"] or "").as_text()
    return frame.view.link("ageing", customer=customer, by="customer", bucket=None, item=None)


def _who(frame: Frame, row: dict[str, Any]) -> str:
    name = row["customer_name"] or frame.texts("member.unidentified")
    return f"{name} · {row['company']}" if frame.scope.is_group else name
