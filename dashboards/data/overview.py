"""How are we doing? Totals, their history, the largest debtors."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import streamlit as st

from dashboards.data.published import query
from dashboards.data.sql import SCOPE, shown

_TOTALS = f"""
WITH {SCOPE},
aged AS (
    SELECT a.company, s.to_days, a.bucket, a.open_base, a.disputed_base
    FROM aging($as_of) AS a
    LEFT JOIN dim_aging_scheme AS s ON s.scheme = 'default' AND s.bucket = a.bucket
    LEFT JOIN dim_customer AS d ON d.company = a.company AND d.customer_id = a.customer_id
    WHERE list_contains($companies, a.company) AND ($segment IS NULL OR coalesce(d.segment, '') = $segment)
),
sums AS (
    SELECT
        company,
        sum(open_base) AS net,
        coalesce(sum(open_base) FILTER (bucket <> 'unapplied'), 0) AS gross,
        coalesce(sum(open_base) FILTER (bucket = 'unapplied'), 0) AS unapplied,
        coalesce(sum(open_base) FILTER (bucket <> 'unapplied' AND to_days <= 0), 0) AS not_due,
        coalesce(sum(open_base) FILTER (bucket <> 'unapplied' AND (to_days IS NULL OR to_days > 0)), 0) AS overdue,
        coalesce(sum(disputed_base), 0) AS disputed
    FROM aged
    GROUP BY company
),
counts AS (
    SELECT company, count(*) FILTER (NOT is_unapplied) AS n_items, sum(open_base) AS open_items_base
    FROM open_items($as_of)
    WHERE list_contains($companies, company) AND ($segment IS NULL OR coalesce(segment, '') = $segment)
    GROUP BY company
)
SELECT
    scope.company, scope.company_name, scope.currency, scope.rate,
    coalesce(sums.net, 0) AS net, coalesce(sums.gross, 0) AS gross, coalesce(sums.unapplied, 0) AS unapplied,
    coalesce(sums.not_due, 0) AS not_due, coalesce(sums.overdue, 0) AS overdue,
    coalesce(counts.n_items, 0) AS n_items, coalesce(counts.open_items_base, 0) AS open_items_base,
    {shown("coalesce(sums.net, 0)")} AS shown_net,
    {shown("coalesce(sums.gross, 0)")} AS shown_gross,
    {shown("coalesce(sums.unapplied, 0)")} AS shown_unapplied,
    {shown("coalesce(sums.not_due, 0)")} AS shown_not_due,
    {shown("coalesce(sums.overdue, 0)")} AS shown_overdue,
    {shown("coalesce(counts.open_items_base, 0)")} AS shown_open_items
FROM scope
LEFT JOIN sums ON sums.company = scope.company
LEFT JOIN counts ON counts.company = scope.company
ORDER BY scope.company
"""


@st.cache_data(max_entries=64, show_spinner=False)
def totals(path: str, codes: tuple[str, ...], currency: str, as_of: date, segment: str | None) -> pa.Table:
    """One row per company: net, gross, unapplied, not_due, overdue in its own currency, the same `shown_…` in
    `currency` (NULL without a rate), and how many items are open (unapplied ones not counted).
    """
    return query(path, _TOTALS, _bound(codes, currency, as_of, segment))


_HISTORY = f"""
WITH past AS (
    SELECT m.company, m.month_end AS day, m.bucket, m.bucket_order, sum(m.open_base) AS base
    FROM fct_aging_monthly AS m
    LEFT JOIN dim_customer AS d ON d.company = m.company AND d.customer_id = m.customer_id
    WHERE
        list_contains($companies, m.company)
        AND list_contains($days, m.month_end) AND m.month_end < $as_of
        AND ($segment IS NULL OR coalesce(d.segment, '') = $segment)
    GROUP BY ALL
),
present AS (
    SELECT a.company, CAST($as_of AS DATE) AS day, a.bucket, a.bucket_order, sum(a.open_base) AS base
    FROM aging($as_of) AS a
    LEFT JOIN dim_customer AS d ON d.company = a.company AND d.customer_id = a.customer_id
    WHERE list_contains($companies, a.company) AND ($segment IS NULL OR coalesce(d.segment, '') = $segment)
    GROUP BY ALL
),
everything AS (SELECT * FROM past UNION ALL SELECT * FROM present),
closing AS (
    SELECT rate_date, from_currency, CAST(max(rate) AS DECIMAL(18, 12)) AS rate
    FROM fx_rate_closing
    WHERE to_currency = $currency AND list_contains($days, rate_date)
    GROUP BY rate_date, from_currency
),
rated AS (
    SELECT
        b.*,
        CASE WHEN c.functional_currency = $currency THEN CAST(1 AS DECIMAL(18, 12)) ELSE closing.rate END AS rate
    FROM everything AS b
    INNER JOIN dim_company AS c ON c.company = b.company
    LEFT JOIN closing ON closing.rate_date = b.day AND closing.from_currency = c.functional_currency
)
SELECT company, day, bucket, bucket_order, {shown("base", "rate")} AS shown
FROM rated
ORDER BY day, bucket_order, company
"""


@st.cache_data(max_entries=32, show_spinner=False)
def ageing_history(
    path: str, codes: tuple[str, ...], currency: str, days: tuple[date, ...], segment: str | None
) -> pa.Table:
    """company, day, bucket, bucket_order, shown (in `currency` at that day's closing rate; NULL without one).

    `days` are month ends, oldest first; the last one may be any day and is computed as of itself.
    """
    bound = _bound(codes, currency, days[-1], segment) | {"days": list(days)}
    return query(path, _HISTORY, bound)


@st.cache_data(max_entries=32, show_spinner=False)
def collection_metrics(path: str, codes: tuple[str, ...], as_of: date) -> pa.Table:
    """DSO family by company and month up to `as_of`, oldest first; `notes` (JSON) says why a metric is NULL."""
    return query(
        path,
        """
        SELECT
            company, month_end, is_month_to_date, receivables_base,
            billings_90_base, dso_countback, dso_best_possible_countback, dso_balance_90, dso_best_possible, notes
        FROM fct_collection_metrics
        WHERE list_contains($companies, company) AND month_end <= greatest(last_day(CAST($as_of AS DATE)), $as_of)
        ORDER BY month_end, company
        """,
        {"companies": list(codes), "as_of": as_of},
    )


_EXPOSURES = f"""
WITH {SCOPE},
by_customer AS (
    SELECT
        company, coalesce(customer_id, '') AS customer_id, any_value(customer_name) AS customer_name,
        sum(open_base) AS open_base,
        coalesce(sum(open_base) FILTER (NOT is_unapplied AND days_past_due > 0), 0) AS overdue_base,
        coalesce(max(days_past_due) FILTER (NOT is_unapplied AND open_base > 0), 0) AS worst_days
    FROM open_items($as_of)
    WHERE list_contains($companies, company) AND ($segment IS NULL OR coalesce(segment, '') = $segment)
    GROUP BY company, coalesce(customer_id, '')
),
exposure AS (
    -- the limit and what is held against it, as the policy rule weighed them last
    SELECT
        company, customer_id,
        arg_max(observed, evaluated_on) AS observed, arg_max(threshold, evaluated_on) AS credit_limit
    FROM fct_policy_evaluation
    WHERE rule_id = 'R07' AND evaluated_on <= $as_of AND evaluated_on > CAST($as_of AS DATE) - 31
    GROUP BY company, customer_id
)
SELECT
    b.company, scope.currency, b.customer_id, b.customer_name, b.worst_days,
    {shown("b.open_base")} AS shown_open, {shown("b.overdue_base")} AS shown_overdue,
    b.open_base, b.overdue_base, exposure.observed, exposure.credit_limit,
    count(*) OVER () AS n_customers
FROM by_customer AS b
INNER JOIN scope ON scope.company = b.company
LEFT JOIN exposure ON exposure.company = b.company AND exposure.customer_id = b.customer_id
WHERE scope.rate IS NOT NULL AND b.open_base <> 0
ORDER BY shown_open DESC, b.company, b.customer_id
LIMIT $top
"""


@st.cache_data(max_entries=64, show_spinner=False)
def exposures(path: str, codes: tuple[str, ...], currency: str, as_of: date, segment: str | None, top: int) -> pa.Table:
    """The customers with the largest net open balance: shown_open, shown_overdue (in `currency`), worst_days, and
    observed ÷ credit_limit of rule R07 in the company's own currency. `n_customers` counts all with a balance.
    """
    return query(path, _EXPOSURES, _bound(codes, currency, as_of, segment) | {"top": top})


def _bound(codes: tuple[str, ...], currency: str, as_of: date, segment: str | None) -> dict[str, object]:
    return {"companies": list(codes), "currency": currency, "as_of": as_of, "segment": segment}
