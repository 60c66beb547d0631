"""From a cell to the items behind it, and from an item to its movements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboards.data import ageing, overview
from dashboards.data.ageing import Basis, Selection
from dashboards.domain.assemble import UNAPPLIED, totals_of
from dashboards.ui import downloads, tables
from dashboards.ui.frame import Frame
from dashboards.ui.texts import plain
from dashboards.ui.words import bucket_word, entry_word

SHOWN = 200
ON_PHONE = 50
EVERYTHING = 1_000_000
ALL_BUCKETS = "all"


def count(frame: Frame) -> int:
    """How many items are open in the view, unapplied ones not counted."""
    rows = overview.totals(frame.path, frame.scope.codes, frame.currency, frame.as_of, frame.segment).to_pylist()
    return totals_of(rows).n_items


def origin(frame: Frame, basis: Basis, scheme: str, what: str | None) -> dict[str, str]:
    """Where the figures of a download come from, in the reader's words; the day stays ISO."""
    texts = frame.texts
    scope = frame.scope.choice if not frame.scope.is_group else ", ".join(frame.scope.codes)
    return {
        texts("download.as_of"): frame.as_of.isoformat(),
        texts("download.scope"): scope,
        texts("download.currency"): frame.currency,
        texts("download.basis"): texts(f"ageing.basis.{basis}"),
        texts("download.scheme"): scheme,
        texts("download.filter"): what or texts("items.all"),
        texts("download.publication"): frame.publication.id,
    }


def items(frame: Frame, selection: Selection, scheme: str, basis: Basis, order: tuple[tuple[str, bool], ...]) -> None:
    """The open items of the selection; a click on one shows its movements below."""
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    arguments = (frame.path, frame.scope.codes, currency, frame.as_of, scheme, basis, selection)
    rows: list[dict[str, Any]] = ageing.items(*arguments, SHOWN).to_pylist()
    what = _what(frame, selection, rows, basis)
    with st.container(border=True, key="card_items"):
        st.subheader(texts("items.of", what=plain(what)) if what else texts("items.title"), anchor=False)
        _bucket_choice(frame, selection, order, basis)
        _clear_button(frame, selection)
        if not rows:
            st.caption(texts("empty.selection"))
            return
        n = rows[0]["n_items"]
        st.caption(
            texts("items.caption", shown=formats.number(len(rows)), n=formats.number(n), currency=currency)
            + (" · " + texts("items.capped") if n > len(rows) else "")
        )
        _item_tables(frame, rows, selection)
        downloads.buttons(
            "items",
            f"cartera_items_{frame.scope.choice}_{frame.as_of:%Y%m%d}",
            lambda: _item_sheet(frame, ageing.items(*arguments, EVERYTHING).to_pylist(), basis, scheme, what),
            texts,
        )


def _item_tables(frame: Frame, rows: list[dict[str, Any]], selection: Selection) -> None:
    # one table for a desk and one for a phone, where whose, how much and how late must be seen without a swipe
    shown = [_item_row(frame, row) for row in rows]
    columns = _item_columns(frame, selection, foreign=any(row["currency"] != frame.currency for row in rows))
    first = "document" if selection.customer_id is not None else "customer_name"
    by_key = {column.key: column for column in columns}
    lead = [replace(by_key[first], width=146), replace(by_key["shown"], width=118), replace(by_key["late"], width=62)]
    narrow = [*lead, *(column for column in columns if column.key not in {first, "shown", "late"})]

    def choose(index: int) -> None:
        frame.view.put(item=f"{rows[index]['company']}/{rows[index]['item_id']}")

    alt = frame.texts("items.title")
    with st.container(gap=None):
        with st.container(key="wide_only_items"):
            tables.show(shown, columns, key="items_table", alt=alt, on_select=choose, max_rows=10)
        with st.container(key="phone_only_items"):
            tables.show(shown[:ON_PHONE], narrow, key="items_phone", alt=alt, on_select=choose, max_rows=10)


def _what(frame: Frame, selection: Selection, rows: list[dict[str, Any]], basis: Basis) -> str:
    texts = frame.texts
    parts = []
    if selection.customer_id is not None:
        name = next((row["customer_name"] for row in rows if row["customer_name"]), None)
        parts.append(name or selection.customer_id or texts("member.unidentified"))
    if selection.collector is not None:
        parts.append(selection.collector or texts("member.none"))
    if selection.segment is not None:
        parts.append(f"{texts('filter.segment')} {selection.segment or texts('member.none')}")
    if selection.bucket is not None:
        parts.append(bucket_word(texts, selection.bucket, basis))
    return " · ".join(parts)


def _bucket_choice(frame: Frame, selection: Selection, order: tuple[tuple[str, bool], ...], basis: Basis) -> None:
    texts, view = frame.texts, frame.view
    options = [ALL_BUCKETS, *(bucket for bucket, _ in order), UNAPPLIED]
    st.session_state["w_bucket"] = selection.bucket or ALL_BUCKETS

    def write() -> None:
        chosen = st.session_state["w_bucket"]
        view.put(bucket=None if chosen == ALL_BUCKETS else chosen, item=None)

    st.segmented_control(
        texts("filter.bucket"),
        options,
        format_func=lambda code: texts("filter.all") if code == ALL_BUCKETS else bucket_word(texts, code, basis),
        key="w_bucket",
        required=True,
        wrap=True,
        on_change=write,
        label_visibility="collapsed",
    )


def _clear_button(frame: Frame, selection: Selection) -> None:
    if selection.customer_id is None and selection.collector is None:
        return
    st.button(
        frame.texts("filter.clear"),
        icon=":material/close:",
        key="clear_selection",
        type="tertiary",
        on_click=lambda: frame.view.put(customer=None, collector=None, item=None),
    )


def _item_row(frame: Frame, row: dict[str, Any]) -> dict[str, Any]:
    texts = frame.texts
    flags = [
        word
        for word, is_set in (
            (texts("items.disputed"), row["is_disputed"]),
            (texts("items.ceded"), row["is_ceded"]),
            (texts("bucket.unapplied").lower(), row["is_unapplied"]),
        )
        if is_set
    ]
    number = row["number"] or row["document_id"]
    instalment = f" / {row['instalment_no']}" if row["instalment_no"] is not None else ""
    return {
        **row,
        "document": number + instalment,
        "type": entry_word(texts, row["document_type"]),
        "customer_name": row["customer_name"] or texts("member.unidentified"),
        "late": None if row["is_unapplied"] else row["days_past_due"],  # money that is there is not late
        "flags": ", ".join(flags),
        "open_text": frame.books.money(row["open_amount"], row["currency"]),
    }


def _item_columns(frame: Frame, selection: Selection, *, foreign: bool) -> list[tables.Column]:
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    one_customer = selection.customer_id is not None
    # 1,030 pixels hold them all; the bucket is chosen above and follows from the days
    return [
        tables.Column("document", texts("items.document"), width=98),
        tables.Column("shown", texts("items.open_base", currency=currency), _exact(frame), width=112, right=True),
        tables.Column(
            "late", texts("items.days"), lambda value: texts("top.days", n=formats.number(value)), width=62, right=True,
            colour=lambda value: frame.colours.bad if value is not None and value > 0 else None,
        ),
        *([] if one_customer else [tables.Column("customer_name", texts("items.customer"), width=215)]),
        *([tables.Column("open_text", texts("items.open"), width=124, right=True)] if foreign else []),
        tables.Column("due_date", texts("items.due"), formats.day, width=104),
        tables.Column("flags", texts("items.flags"), width=92),
        tables.Column("issue_date", texts("items.issued"), formats.day, width=104),
        tables.Column("type", texts("items.type"), width=90),
    ]  # fmt: skip


def _exact(frame: Frame) -> Any:
    return lambda value: frame.formats.exact(value, frame.currency)


def _item_sheet(frame: Frame, rows: list[dict[str, Any]], basis: Basis, scheme: str, what: str) -> downloads.Sheet:
    texts = frame.texts
    labels = [
        ("company", "items.company"), ("customer_id", "items.customer"), ("customer_name", "items.customer"),
        ("document_id", "items.document"), ("number", "items.document"), ("document_type", "items.type"),
        ("issue_date", "items.issued"), ("due_date", "items.due"), ("days_past_due", "items.days"),
        ("bucket", "items.bucket"), ("currency", "items.currency"), ("amount", "items.amount"),
        ("open_amount", "items.open"),
    ]  # fmt: skip
    ids = {"customer_id": " id", "document_id": " id"}
    columns = [(key, texts(label) + ids.get(key, "")) for key, label in labels]
    columns += [
        ("base_currency", f"{texts('items.currency')} · {texts('items.company')}"),
        ("open_base", f"{texts('items.open')} · {texts('items.company')}"),
        ("shown", texts("items.open_base", currency=frame.currency)),
        ("is_disputed", texts("items.disputed")),
        ("is_ceded", texts("items.ceded")),
    ]
    worded = [
        {
            **row,
            "document_type": entry_word(texts, row["document_type"]),
            "bucket": bucket_word(texts, row["bucket"], basis),
        }
        for row in rows
    ]
    return downloads.Sheet(texts("items.title"), origin(frame, basis, scheme, what), columns, worded)
