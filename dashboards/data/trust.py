"""Can I believe it? Tie-out with the ledger, age of the data, policy breaches on the day."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import streamlit as st

from dashboards.data.published import query
from dashboards.data.sql import SCOPE, shown


@st.cache_data(max_entries=64, show_spinner=False)
def tie_out(path: str, codes: tuple[str, ...], as_of: date) -> pa.Table:
    """company, account, subledger_base, gl_balance (NULL where no ledger balance was given), difference, explained
    (JSON list of reason, amount, count, detail), unexplained; each company in its own currency.
    """
    return query(
        path,
        """
        SELECT company, account, subledger_base, gl_balance, difference, explained, unexplained
        FROM tie_out($as_of) WHERE list_contains($companies, company) ORDER BY company, account
        """,
        {"companies": list(codes), "as_of": as_of},
    )


@st.cache_data(max_entries=64, show_spinner=False)
def last_ledger_days(path: str, codes: tuple[str, ...], as_of: date) -> dict[str, date]:
    """Per company the last day up to `as_of` its ledger was given; companies without any are absent."""
    table = query(
        path,
        """
        SELECT company, max(as_of) AS day FROM fct_gl_balance
        WHERE list_contains($companies, company) AND as_of <= $as_of GROUP BY company
        """,
        {"companies": list(codes), "as_of": as_of},
    )
    return {row["company"]: row["day"] for row in table.to_pylist()}


@st.cache_data(max_entries=64, show_spinner=False)
def tie_out_rows(path: str, codes: tuple[str, ...], as_of: date, top: int) -> pa.Table:
    """The rows behind the reasons that explain, largest first, at most `top` of each reason: company, account, reason,
    kind, subject, number, customer_name, date, explains_base (functional currency), file_name, source_line.
    """
    return query(
        path,
        """
        WITH numbers AS (
            SELECT company, document_id, max(number) AS number FROM dim_receivable_item
            WHERE is_current GROUP BY company, document_id
        )
        SELECT
            r.company, r.account, r.reason, r.kind, r.subject, n.number, d.name AS customer_name, r.date,
            r.explains_base, r.file_name, r.source_line
        FROM tie_out_rows($as_of) AS r
        LEFT JOIN numbers AS n ON n.company = r.company AND n.document_id = r.subject AND r.kind = 'document'
        LEFT JOIN dim_customer AS d ON d.company = r.company AND d.customer_id = r.customer_id
        WHERE r.explains AND list_contains($companies, r.company)
        QUALIFY row_number() OVER (
            PARTITION BY r.company, r.account, r.reason ORDER BY abs(r.explains_base) DESC, r.subject
        ) <= $top
        ORDER BY r.company, r.account, r.reason, abs(r.explains_base) DESC, r.subject
        """,
        {"companies": list(codes), "as_of": as_of, "top": top},
    )


@st.cache_data(max_entries=8, show_spinner=False)
def data_health(path: str) -> pa.Table:
    """One row per source: last_loaded_at (naive UTC), last_file, rows_loaded, rows_rejected, latest_data_on,
    checks_failed, status; the freshest first.
    """
    return query(
        path,
        """
        SELECT source, last_loaded_at, last_file, rows_loaded, rows_rejected, latest_data_on, checks_failed, status
        FROM data_health ORDER BY last_loaded_at DESC NULLS LAST, source
        """,
    )


_POLICY = f"""
WITH {SCOPE},
last_run AS (
    SELECT company, max(evaluated_on) AS evaluated_on
    FROM fct_policy_evaluation
    WHERE list_contains($companies, company) AND evaluated_on <= $as_of
    GROUP BY company
),
judged AS (
    SELECT e.*, scope.rate
    FROM fct_policy_evaluation AS e
    INNER JOIN last_run ON last_run.company = e.company AND last_run.evaluated_on = e.evaluated_on
    INNER JOIN scope ON scope.company = e.company
    LEFT JOIN dim_customer AS d ON d.company = e.company AND d.customer_id = e.customer_id
    WHERE $segment IS NULL OR coalesce(d.segment, '') = $segment
)
SELECT
    rule_id,
    CASE WHEN outcome = 'breach' THEN severity END AS severity,
    max(evaluated_on) AS evaluated_on,
    count(*) FILTER (outcome = 'breach') AS breaches,
    count(*) FILTER (outcome = 'pass') AS passes,
    count(*) FILTER (outcome = 'waived') AS waived,
    count(*) FILTER (outcome = 'not_evaluable') AS not_evaluable,
    count(*) FILTER (outcome = 'breach' AND rate IS NULL) AS unconverted,
    coalesce(sum({shown("exposure_base", "rate")}) FILTER (outcome = 'breach'), 0) AS shown_exposure
FROM judged
GROUP BY ALL
ORDER BY rule_id, severity
"""


@st.cache_data(max_entries=64, show_spinner=False)
def policy_outcomes(path: str, codes: tuple[str, ...], currency: str, as_of: date, segment: str | None) -> pa.Table:
    """Outcomes of each company's latest evaluation up to `as_of`, by rule and (for breaches) severity, with the
    exposure of the breaches in `currency`; `unconverted` breaches have an exposure nobody has a rate for.
    """
    return query(path, _POLICY, {"companies": list(codes), "currency": currency, "as_of": as_of, "segment": segment})


_BREACHES = f"""
WITH {SCOPE},
last_run AS (
    SELECT company, max(evaluated_on) AS evaluated_on
    FROM fct_policy_evaluation
    WHERE list_contains($companies, company) AND evaluated_on <= $as_of
    GROUP BY company
)
SELECT
    e.rule_id, e.severity, e.company, e.customer_id, coalesce(d.name, e.customer_id) AS customer_name,
    scope.currency, e.observed, e.threshold, e.exposure_base, e.breached_since,
    {shown("e.exposure_base")} AS shown_exposure
FROM fct_policy_evaluation AS e
INNER JOIN last_run ON last_run.company = e.company AND last_run.evaluated_on = e.evaluated_on
INNER JOIN scope ON scope.company = e.company
LEFT JOIN dim_customer AS d ON d.company = e.company AND d.customer_id = e.customer_id
WHERE e.outcome = 'breach' AND ($segment IS NULL OR coalesce(d.segment, '') = $segment)
ORDER BY shown_exposure DESC NULLS LAST, e.rule_id, e.company, e.customer_id
LIMIT $top
"""


@st.cache_data(max_entries=64, show_spinner=False)
def breaches(path: str, codes: tuple[str, ...], currency: str, as_of: date, segment: str | None, top: int) -> pa.Table:
    """The breaches with the largest exposure: rule, severity, customer, since when, exposure in `currency`."""
    return query(
        path,
        _BREACHES,
        {"companies": list(codes), "currency": currency, "as_of": as_of, "segment": segment, "top": top},
    )
