"""The two lists of the overview: largest exposures and policy breaches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import overview, trust
from dashboards.domain.assemble import Totals
from dashboards.domain.scope import CustomerKey, ratio
from dashboards.ui import tables
from dashboards.ui.frame import Frame
from dashboards.ui.words import rule_word, severity_rank, severity_word

TOP = 10
CASES = 20


def open_customer(frame: Frame, company: str, customer_id: str) -> None:
    """Goes to the ageing page with one customer's items; the address says which."""
    frame.view.put(customer=CustomerKey(company, customer_id).as_text(), bucket=None, item=None)
    st.session_state["cartera_go"] = "ageing"


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
        shown = [
            {**row, "who": _who(frame, row), "limit_use": ratio(row["observed"], row["credit_limit"])} for row in rows
        ]
        tables.show(
            shown,
            [
                tables.Column("who", texts("top.customer"), width=200 if frame.scope.is_group else 160),
                tables.Column("shown_open", texts("top.open"), formats.short, width=84, right=True),
                tables.Column(
                    "shown_overdue", texts("top.overdue"), formats.short, width=84, right=True,
                    colour=lambda value: frame.colours.bad if value else None,
                ),
                tables.Column(
                    "worst_days", texts("top.worst"), lambda value: texts("top.days", n=value), width=84, right=True
                ),
                tables.Column(
                    "limit_use", texts("top.limit"), lambda value: formats.percent(value, 0), width=94, right=True,
                    help=texts("top.limit_help"),
                    colour=lambda value: frame.colours.bad if isinstance(value, Decimal) and value > 1 else None,
                ),
            ],
            key="top_table",
            alt=texts("top.title"),
            on_select=lambda index: open_customer(frame, rows[index]["company"], rows[index]["customer_id"]),
        )  # fmt: skip
        st.caption(
            texts(
                "top.total",
                n=len(rows),
                open=formats.money(open_sum, currency),
                overdue=formats.money(overdue_sum, currency),
            )
        )


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
            _cases(frame, trust.breaches(*arguments, CASES).to_pylist())
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
                severity_word(texts, row["severity"]), kind="bad" if severity_rank(row["severity"]) == 0 else ""
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


def _money_cell(frame: Frame, amount: Decimal) -> tables.Cell:
    return tables.Cell(frame.formats.short(amount), kind="number", title=frame.formats.money(amount, frame.currency))


def _cases(frame: Frame, rows: list[dict[str, Any]]) -> None:
    texts, formats = frame.texts, frame.formats
    st.markdown(f"**{texts('policy.cases')}**")
    tables.show(
        [{**row, "who": _who(frame, row)} for row in rows],
        [
            tables.Column("who", texts("top.customer"), width=150),
            tables.Column("rule_id", texts("policy.rule"), width=55),
            tables.Column("shown_exposure", texts("policy.exposure"), formats.short, width=84, right=True),
            tables.Column("breached_since", texts("policy.since"), formats.day, width=100),
        ],
        key="policy_cases",
        alt=texts("policy.cases"),
        on_select=lambda index: open_customer(frame, rows[index]["company"], rows[index]["customer_id"] or ""),
        max_rows=6,
    )


def _who(frame: Frame, row: dict[str, Any]) -> str:
    name = row["customer_name"] or frame.texts("member.unidentified")
    return f"{name} · {row['company']}" if frame.scope.is_group else name
