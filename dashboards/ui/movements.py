"""What moved one item up to the day, with the balance running along."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import ageing
from dashboards.domain.assemble import ZERO
from dashboards.ui import states, tables
from dashboards.ui.frame import Frame
from dashboards.ui.texts import plain
from dashboards.ui.words import entry_word


def movements(frame: Frame) -> None:
    """What moved the item the address names, up to the day, with the balance running along."""
    texts, formats = frame.texts, frame.books
    company, _, item_id = (frame.view.get("item") or "").partition("/")
    if not item_id:
        return
    found = ageing.item(frame.path, frame.scope.codes, frame.as_of, company, item_id).to_pylist()
    rows = ageing.movements(frame.path, frame.scope.codes, frame.as_of, company, item_id).to_pylist()
    if not found:
        states.empty(texts, "item.closed", icon=":material/task_alt:", day=formats.day(frame.as_of))
        if not rows:
            return
    with st.container(border=True, key="card_movements"):
        head = found[0] if found else None
        number = (head["number"] or head["document_id"]) if head else item_id
        st.subheader(texts("item.title", number=plain(number)), anchor=False)
        if head:
            st.caption(
                texts(
                    "item.caption",
                    customer=plain(head["customer_name"] or texts("member.unidentified")),
                    issued=formats.day(head["issue_date"]),
                    due=formats.day(head["due_date"]),
                    open=formats.money(head["open_amount"], head["currency"]),
                )
            )
        base = frame.scope.company(company).currency
        currency = next((row["currency"] for row in rows), base)
        columns = [
            tables.Column("entry_date", texts("item.date"), formats.day, width=104),
            tables.Column("entry_type", texts("item.movement"), lambda code: entry_word(texts, code), width=104),
            tables.Column(
                "amount", texts("item.amount", currency=currency), lambda v: formats.exact(v, currency), right=True
            ),
            tables.Column(
                "balance", texts("item.balance", currency=currency), lambda v: formats.exact(v, currency), right=True
            ),
        ]
        if currency != base:
            columns.append(
                tables.Column(
                    "balance_base",
                    texts("item.balance_base", currency=base),
                    lambda v: formats.exact(v, base),
                    right=True,
                )
            )
        columns.append(tables.Column("counter_document_id", texts("item.counter"), width=140))
        tables.show(rows, columns, key="movements_table", alt=texts("item.title", number=number))
        _sum_check(frame, rows, head, base)


def _sum_check(frame: Frame, rows: list[dict[str, Any]], head: dict[str, Any] | None, base: str) -> None:
    expected: Decimal | None = head["open_base"] if head else ZERO
    if expected is None or any(row["base_amount"] is None for row in rows):
        return  # without an exchange rate there is no sum in the company's currency to check
    total: Decimal = sum((row["base_amount"] for row in rows), ZERO)
    if total == expected:
        st.caption(f":green[:material/check_circle:] {frame.texts('item.adds_up')}: {frame.books.money(total, base)}")
    else:
        st.warning(
            frame.texts("item.gap", sum=frame.books.money(total, base), open=frame.books.money(expected, base)),
            icon=":material/warning:",
        )
