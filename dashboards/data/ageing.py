"""Who owes what, how old? Buckets by anything, the items behind them, the movements behind an item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import pyarrow as pa
import streamlit as st

from dashboards.data.published import query
from dashboards.data.sql import SCOPE, shown

Dimension = Literal["company", "segment", "customer", "collector"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
Basis = Literal["due_date", "issue_date"]
BASES: tuple[Basis, ...] = get_args(Basis)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at; None = everything. `segment` and `collector` may be '' = "has none"."""

    segment: str | None = None
    collector: str | None = None
    company: str | None = None
    customer_id: str | None = None
    bucket: str | None = None

    def bound(self) -> dict[str, object]:
        """The selection as query parameters."""
        return {
            "segment": self.segment,
            "collector": self.collector,
            "only_company": self.company,
            "customer_id": self.customer_id,
        }


_SELECTED = """
    ($segment IS NULL OR coalesce(d.segment, '') = $segment)
    AND ($collector IS NULL OR coalesce(d.collector, '') = $collector)
    AND ($only_company IS NULL OR a.company = $only_company)
    AND ($customer_id IS NULL OR coalesce(a.customer_id, '') = $customer_id)
"""

_BUCKETS = f"""
WITH {SCOPE},
aged AS (
    SELECT
        a.company,
        CASE $dimension
            WHEN 'company' THEN a.company
            WHEN 'segment' THEN coalesce(d.segment, '')
            WHEN 'collector' THEN coalesce(d.collector, '')
            ELSE a.company || '/' || coalesce(a.customer_id, '')
        END AS member,
        CASE $dimension
            WHEN 'company' THEN scope.company_name
            WHEN 'segment' THEN d.segment
            WHEN 'collector' THEN d.collector
            ELSE coalesce(d.name, a.customer_name)
        END AS member_name,
        a.bucket, a.bucket_order, a.open_base, a.disputed_base
    FROM aging($as_of, scheme := $scheme, basis := $basis) AS a
    INNER JOIN scope ON scope.company = a.company
    LEFT JOIN dim_customer AS d ON d.company = a.company AND d.customer_id = a.customer_id
    WHERE {_SELECTED}
)
SELECT
    aged.company, aged.member, any_value(aged.member_name) AS member_name, aged.bucket,
    min(aged.bucket_order) AS bucket_order, sum(aged.open_base) AS base, sum(aged.disputed_base) AS disputed_base,
    {shown("sum(aged.open_base)", "max(scope.rate)")} AS shown
FROM aged
INNER JOIN scope ON scope.company = aged.company
GROUP BY aged.company, aged.member, aged.bucket
ORDER BY aged.member, bucket_order, aged.company
"""


@st.cache_data(max_entries=32, show_spinner=False)
def buckets(
    path: str,
    codes: tuple[str, ...],
    currency: str,
    as_of: date,
    dimension: Dimension,
    scheme: str,
    basis: Basis,
    selection: Selection,
) -> pa.Table:
    """company, member, member_name, bucket, bucket_order, base (own currency), shown (in `currency`; NULL without
    a rate). `member` is what the dimension groups by, as the address carries it; '' = has none.
    """
    bound = {
        "companies": list(codes),
        "currency": currency,
        "as_of": as_of,
        "dimension": dimension,
        "scheme": scheme,
        "basis": basis,
    }
    return query(path, _BUCKETS, bound | selection.bound())


_ITEMS = f"""
WITH {SCOPE},
items AS (
    SELECT
        a.*,
        CAST($as_of AS DATE)
        - CASE $basis WHEN 'issue_date' THEN a.issue_date ELSE coalesce(a.due_date, a.issue_date) END AS age_days
    FROM open_items($as_of) AS a
    LEFT JOIN dim_customer AS d ON d.company = a.company AND d.customer_id = a.customer_id
    WHERE list_contains($companies, a.company) AND {_SELECTED}
),
aged AS (
    SELECT items.*, CASE WHEN items.is_unapplied THEN 'unapplied' ELSE s.bucket END AS bucket
    FROM items
    LEFT JOIN dim_aging_scheme AS s
        ON s.scheme = $scheme
        AND (s.from_days IS NULL OR items.age_days >= s.from_days)
        AND (s.to_days IS NULL OR items.age_days <= s.to_days)
)
SELECT
    aged.company, aged.item_id, aged.document_id, aged.instalment_no, aged.document_type, aged.number,
    coalesce(aged.customer_id, '') AS customer_id, aged.customer_name, aged.segment,
    aged.issue_date, aged.due_date, aged.days_past_due, aged.bucket, aged.is_disputed, aged.is_ceded, aged.is_unapplied,
    aged.currency, aged.amount, aged.open_amount, aged.base_currency, aged.open_base,
    {shown("aged.open_base")} AS shown,
    count(*) OVER () AS n_items
FROM aged
INNER JOIN scope ON scope.company = aged.company
WHERE $bucket IS NULL OR aged.bucket = $bucket
ORDER BY aged.is_unapplied, aged.days_past_due DESC, shown DESC, aged.company, aged.item_id
LIMIT $top
"""


@st.cache_data(max_entries=32, show_spinner=False)
def items(
    path: str,
    codes: tuple[str, ...],
    currency: str,
    as_of: date,
    scheme: str,
    basis: Basis,
    selection: Selection,
    top: int,
) -> pa.Table:
    """The open items behind a selection, oldest first, at most `top` (`n_items` = how many there are): one row per
    document or instalment with its amounts in document currency, company currency and `currency` (`shown`).
    """
    bound = {
        "companies": list(codes),
        "currency": currency,
        "as_of": as_of,
        "scheme": scheme,
        "basis": basis,
        "bucket": selection.bucket,
        "top": top,
    }
    return query(path, _ITEMS, bound | selection.bound())


@st.cache_data(max_entries=32, show_spinner=False)
def item(path: str, codes: tuple[str, ...], as_of: date, company: str, item_id: str) -> pa.Table:
    """The one open item (no row when it is not open on that day, or of no company of the view)."""
    return query(
        path,
        """
        SELECT * FROM open_items($as_of)
        WHERE list_contains($companies, company) AND company = $company AND item_id = $item_id
        """,
        {"companies": list(codes), "as_of": as_of, "company": company, "item_id": item_id},
    )


@st.cache_data(max_entries=32, show_spinner=False)
def movements(path: str, codes: tuple[str, ...], as_of: date, company: str, item_id: str) -> pa.Table:
    """What moved an item up to the day, as known now: entry_date, entry_type, counter_document_id, currency, amount,
    base_amount, and the running balance in both (`balance`, `balance_base`).
    """
    return query(
        path,
        """
        SELECT
            entry_id, entry_date, entry_type, counter_document_id, currency, amount, base_amount,
            sum(amount) OVER running AS balance, sum(base_amount) OVER running AS balance_base
        FROM fct_receivable_entry
        WHERE
            list_contains($companies, company) AND company = $company AND item_id = $item_id
            AND entry_date <= $as_of AND known_to IS NULL
        WINDOW running AS (ORDER BY entry_date, entry_id ROWS UNBOUNDED PRECEDING)
        ORDER BY entry_date, entry_id
        """,
        {"companies": list(codes), "as_of": as_of, "company": company, "item_id": item_id},
    )
