"""Companies, their rates, and what there is to choose from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import streamlit as st

from dashboards.data.published import query
from dashboards.data.sql import SCOPE
from dashboards.domain.scope import CompanyName


@st.cache_data(max_entries=8, show_spinner=False)
def companies(path: str) -> tuple[CompanyName, ...]:
    """Every company of the publication, by name."""
    table = query(path, "SELECT company, name, country, functional_currency FROM dim_company ORDER BY name, company")
    return tuple(
        CompanyName(
            row["company"], row["name"] or row["company"], row["country"] or "", row["functional_currency"] or ""
        )
        for row in table.to_pylist()
    )


@st.cache_data(max_entries=32, show_spinner=False)
def segments(path: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The segments customers of these companies have, sorted, '' (has none) last; empty when nobody has one."""
    table = query(
        path,
        """
        SELECT DISTINCT coalesce(segment, '') AS segment FROM dim_customer
        WHERE list_contains($companies, company) ORDER BY segment = '', segment
        """,
        {"companies": list(codes)},
    )
    found = tuple(table.column("segment").to_pylist())
    return () if found == ("",) else found


@st.cache_data(max_entries=64, show_spinner=False)
def closing_rates(path: str, codes: tuple[str, ...], currency: str, as_of: date) -> dict[str, Decimal | None]:
    """Per company the closing rate of the day into `currency`; None where nobody knows it."""
    table = query(
        path,
        f"WITH {SCOPE} SELECT company, rate FROM scope",
        {"companies": list(codes), "currency": currency, "as_of": as_of},
    )
    return {row["company"]: row["rate"] for row in table.to_pylist()}


@st.cache_data(max_entries=8, show_spinner=False)
def schemes(path: str) -> pa.Table:
    """Ageing schemes: scheme, bucket, bucket_order, from_days, to_days, the default scheme first."""
    return query(
        path,
        """
        SELECT scheme, bucket, bucket_order, from_days, to_days FROM dim_aging_scheme
        ORDER BY scheme <> 'default', scheme, bucket_order
        """,
    )


@st.cache_data(max_entries=8, show_spinner=False)
def first_day(path: str) -> date | None:
    """The first day anything was posted on; None in an empty publication."""
    day = query(path, "SELECT min(entry_date) AS day FROM fct_receivable_entry").column("day")[0].as_py()
    return day if isinstance(day, date) else None
