"""A hand-made publication with figures a person can check, for the tests of the pages.

MX01 is the worked example of METRICS §0 (as of 30 June 2025: gross 86,000, unapplied 5,000, net 81,000, overdue
28,000). CO01 owes 150,000,000 COP, of which 50,000,000 are overdue; 1 COP = 0.0045 MXN on 30 June and 0.0046 on
31 May. CL01 owes 1,000,000 CLP and nobody knows a rate for it; one of its two items is in dollars.
Group in MXN at 30 June: 81,000 + 675,000 = 756,000; overdue 28,000 + 225,000 = 253,000; CLP apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

AS_OF = date(2025, 6, 30)
BUILT_AT = datetime.fromisoformat("2025-06-30T18:05")  # naive UTC, as published
HOSTILE = '=HYPERLINK("http://evil.example") <script>alert(1)</script> **[x](javascript:1)** $x$'

TABLES = """
CREATE TABLE dim_company (company VARCHAR, name VARCHAR, country VARCHAR, functional_currency VARCHAR, tax_id VARCHAR,
    parent_company VARCHAR, presentation_currency VARCHAR);
CREATE TABLE dim_customer (company VARCHAR, customer_id VARCHAR, name VARCHAR, group_id VARCHAR, segment VARCHAR,
    collector VARCHAR, sales_rep VARCHAR, debtor_id VARCHAR, is_intercompany BOOLEAN);
CREATE TABLE dim_debtor (debtor_id VARCHAR, name VARCHAR);
CREATE TABLE dim_aging_scheme (scheme VARCHAR, bucket VARCHAR, bucket_order INTEGER, from_days INTEGER,
    to_days INTEGER);
CREATE TABLE dim_receivable_item (item_id VARCHAR, company VARCHAR, document_id VARCHAR, instalment_no INTEGER,
    document_type VARCHAR, number VARCHAR, customer_id VARCHAR, issue_date DATE, due_date DATE, currency VARCHAR,
    amount DECIMAL(18,4), base_currency VARCHAR, fx_rate DECIMAL(28,10), minor_units INTEGER, is_ceded BOOLEAN,
    is_credit BOOLEAN, receivable_account VARCHAR, is_due_date_missing BOOLEAN, is_current BOOLEAN,
    known_from TIMESTAMP, known_to TIMESTAMP);
CREATE TABLE fct_receivable_entry (company VARCHAR, entry_id VARCHAR, item_id VARCHAR, document_id VARCHAR,
    customer_id VARCHAR, entry_date DATE, entry_type VARCHAR, counter_document_id VARCHAR, currency VARCHAR,
    amount DECIMAL(18,4), base_amount DECIMAL(18,4), known_from TIMESTAMP, known_to TIMESTAMP,
    receivable_account VARCHAR);
CREATE TABLE fct_open_balance (item_id VARCHAR, valid_from DATE, valid_to DATE, company VARCHAR, document_id VARCHAR,
    customer_id VARCHAR, issue_date DATE, due_date DATE, is_credit BOOLEAN, open_amount DECIMAL(18,4),
    open_base DECIMAL(18,4));
CREATE TABLE dim_receivable_dispute (company VARCHAR, document_id VARCHAR, opened_on DATE, resolved_on DATE,
    known_from TIMESTAMP, known_to TIMESTAMP);
CREATE TABLE fct_gl_balance (company VARCHAR, account VARCHAR, as_of DATE, balance DECIMAL(18,4), taken_at TIMESTAMP,
    is_time_given BOOLEAN);
CREATE TABLE fct_control_balance (company VARCHAR, account VARCHAR, valid_from DATE, valid_to DATE,
    subledger_base DECIMAL(38,4), n_without_rate BIGINT);
CREATE TABLE fct_tie_out_reason (company VARCHAR, account VARCHAR, as_of DATE, reason VARCHAR, reason_order INTEGER,
    amount DECIMAL(38,4), n_rows BIGINT, explains BOOLEAN);
CREATE TABLE fct_bank_posting (company VARCHAR, bank_account VARCHAR, transaction_id VARCHAR, account VARCHAR,
    booked_on DATE, currency VARCHAR, amount DECIMAL(18,4), base_amount DECIMAL(18,4), answered_on DATE);
CREATE TABLE rejected_documents (company VARCHAR, document_id VARCHAR, account VARCHAR, customer_id VARCHAR,
    issue_date DATE, ended_on DATE, currency VARCHAR, amount DECIMAL(18,4), base_amount DECIMAL(18,4),
    file_name VARCHAR, source_line BIGINT, refused_at TIMESTAMP);
CREATE TABLE load_history (loaded_at TIMESTAMP, status VARCHAR);
CREATE TABLE fx_rate_closing (rate_date DATE, from_currency VARCHAR, to_currency VARCHAR, rate DECIMAL(20,12));
CREATE TABLE fct_aging_monthly (company VARCHAR, customer_id VARCHAR, month_end DATE, bucket VARCHAR,
    bucket_order INTEGER, open_base DECIMAL(38,4), n_items BIGINT);
CREATE TABLE fct_collection_metrics (company VARCHAR, month_end DATE, is_month_to_date BOOLEAN,
    receivables_base DECIMAL(38,4), billings_90_base DECIMAL(38,4), dso_countback DECIMAL(18,6),
    dso_best_possible_countback DECIMAL(18,6), dso_balance_90 DECIMAL(18,6), dso_best_possible DECIMAL(18,6),
    notes VARCHAR);
CREATE TABLE fct_policy_evaluation (rule_id VARCHAR, subject VARCHAR, evaluated_on DATE, company VARCHAR,
    customer_id VARCHAR, outcome VARCHAR, observed DECIMAL(38,4), threshold DECIMAL(38,4), exposure_base DECIMAL(38,4),
    breached_since DATE, severity VARCHAR);
CREATE TABLE data_health (source VARCHAR, last_loaded_at TIMESTAMP, last_file VARCHAR, rows_loaded BIGINT,
    rows_rejected BIGINT, latest_data_on DATE, checks_failed BIGINT, status VARCHAR);
"""

COMPANIES = [
    ("MX01", "Andina México", "MX", "MXN"),
    ("CO01", "Andina Colombia", "CO", "COP"),
    ("CL01", "Andina Chile", "CL", "CLP"),
]
CUSTOMERS = [
    ("MX01", "A", "Abarrotes del Norte", "A", "Ana"),
    ("MX01", "B", "Bodega Central", "B", "Ana"),
    ("MX01", "C", "Comercial del Sur", None, None),
    ("CO01", "D", HOSTILE, "A", "Carlos"),
    ("CL01", "E", "Exportadora Maipú", "B", "Carlos"),
]
SCHEMES = [
    ("default", "not_due", 1, None, 0),
    ("default", "1-30", 2, 1, 30),
    ("default", "31-60", 3, 31, 60),
    ("default", "61-90", 4, 61, 90),
    ("default", "90+", 5, 91, None),
    ("quincenas", "not_due", 1, None, 0),
    ("quincenas", "1-15", 2, 1, 15),
    ("quincenas", "15+", 3, 16, None),
]
# company, document, type, customer, issued, due, currency, amount, rate to base, [(date, receipt, amount)]
DOCUMENTS: list[tuple[Any, ...]] = [
    ("MX01", "I1", "invoice", "A", "2025-03-31", "2025-04-30", "MXN", 10000, 1, [("2025-05-10", "R1", -10000)]),
    ("MX01", "I2", "invoice", "A", "2025-04-30", "2025-05-30", "MXN", 12000, 1, [("2025-06-05", "R2", -7000)]),
    ("MX01", "I3", "invoice", "A", "2025-05-31", "2025-06-30", "MXN", 9000, 1, []),
    ("MX01", "I4", "invoice", "B", "2025-04-15", "2025-05-15", "MXN", 20000, 1, [("2025-05-12", "R3", -20000)]),
    ("MX01", "I5", "invoice", "B", "2025-05-20", "2025-06-19", "MXN", 15000, 1, [("2025-07-03", "R4", -15000)]),
    ("MX01", "I6", "invoice", "B", "2025-06-10", "2025-07-10", "MXN", 18000, 1, []),
    ("MX01", "I7", "invoice", "C", "2025-02-14", "2025-04-15", "MXN", 8000, 1, []),
    ("MX01", "I8", "invoice", "C", "2025-05-05", "2025-07-04", "MXN", 25000, 1, []),
    ("MX01", "I9", "invoice", "A", "2025-06-20", "2025-07-20", "MXN", 6000, 1, []),
    ("MX01", "N1", "credit_note", "A", "2025-06-25", None, "MXN", -1000, 1, []),
    ("MX01", "R9", "receipt", "B", "2025-06-28", None, "MXN", -4000, 1, []),
    ("CO01", "J1", "invoice", "D", "2025-06-01", "2025-07-01", "COP", 100000000, 1, []),
    ("CO01", "J2", "invoice", "D", "2025-04-01", "2025-05-01", "COP", 50000000, 1, []),
    ("CL01", "K1", "invoice", "E", "2025-06-01", "2025-07-01", "CLP", 50000, 1, []),
    ("CL01", "K2", "invoice", "E", "2025-06-02", "2025-07-02", "USD", 1000, 950, []),
]  # fmt: skip
RATES = [("2025-06-30", "0.0045"), ("2025-05-31", "0.0046"), ("2025-04-30", "0.0047")]
METRICS: list[tuple[Any, ...]] = [
    ("MX01", "2025-05-31", 69000, 91000, "49.75", "31.00", "68.2418", "48.4615", "{}"),
    ("MX01", "2025-06-30", 81000, 104000, "69.4375", "52.1429", "70.0962", "50.1923", "{}"),
    ("CO01", "2025-06-30", 150000000, 200000000, "67.5", "45", "67.5", "45", "{}"),
    ("CL01", "2025-06-30", 1000000, None, None, None, None, None,
     '{"dso_balance_90":"history_shorter_than_90_days","dso_countback":"history_too_short"}'),
]  # fmt: skip
POLICY: list[tuple[Any, ...]] = [
    ("R07", "MX01", "A", "breach", "29000", "25000", "29000", "2025-06-20", "M"),
    ("R07", "MX01", "B", "pass", "29000", "58000", "29000", None, "M"),
    ("R07", "MX01", "C", "not_evaluable", None, None, None, None, "M"),
    ("R11", "MX01", "C", "breach", "76", "45", "33000", "2025-06-02", "C"),
    ("R07", "CO01", "D", "breach", "150000000", "100000000", "150000000", "2025-06-01", "C"),
]


def build(path: Path, *, empty: bool = False, extra_invoice: Decimal | None = None) -> Path:
    """Writes the publication's file. `empty`: the tables without rows; `extra_invoice`: one more for MX01, issued on
    30 June, as the next publication would bring it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
        connection.execute(files("orchestration.publishing").joinpath("macros.sql").read_text(encoding="utf-8"))
        if not empty:
            _fill(connection, extra_invoice)
    return path


def publish(home: Path, publication_id: str = "aaaa1111bbbb", **options: Any) -> Path:
    """Builds a publication into a home: the kept copy first, then the pointer, by rename, as the pipeline does."""
    copy = build(home / "snapshots" / f"cartera_{publication_id}.duckdb", **options)
    document = {
        "id": publication_id,
        "file": copy.name,
        "built_at": BUILT_AT.isoformat(),
        "as_of": AS_OF.isoformat(),
        "checks_passed": 3,
        "checks_total": 3,
    }
    pointer = home / "published" / "publication.json"
    pointer.parent.mkdir(parents=True, exist_ok=True)
    draft = pointer.with_suffix(".draft")
    draft.write_text(json.dumps(document), encoding="utf-8")
    draft.replace(pointer)
    return copy


def settle(home: Path, *, auth_people: str = "") -> Path:
    """A home with settings whose clock stands on the publication's day."""
    home.mkdir(parents=True, exist_ok=True)
    text = f"presentation_currency: MXN\nlanguage: es\nclock:\n  today: {AS_OF}\n{auth_people}"
    (home / "cartera.yml").write_text(text, encoding="utf-8")
    return home


def _fill(connection: duckdb.DuckDBPyConnection, extra_invoice: Decimal | None) -> None:
    def insert(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        kept = list(rows)
        if kept:
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(kept[0]))})", kept)

    documents = list(DOCUMENTS)
    if extra_invoice is not None:
        documents.append(("MX01", "I10", "invoice", "A", "2025-06-30", "2025-07-30", "MXN", extra_invoice, 1, []))
    insert("dim_company", [(*company, None, None, "MXN") for company in COMPANIES])
    insert(
        "dim_customer",
        [(c, i, name, i, segment, collector, None, f"{c}|{i}", False) for c, i, name, segment, collector in CUSTOMERS],
    )
    insert("dim_debtor", [(f"{c}|{i}", name) for c, i, name, _, _ in CUSTOMERS])
    insert("dim_aging_scheme", SCHEMES)
    currency_of = {company: currency for company, _, _, currency in COMPANIES}
    known = "2025-01-01"
    for company, document, kind, customer, issued, due, currency, amount, rate, entries in documents:
        item = f"{company}:{document}"
        insert(
            "dim_receivable_item",
            [(item, company, document, None, kind, f"F-{document}", customer, issued, due or issued, currency, amount,
              currency_of[company], rate, 2, False, kind in ("credit_note", "receipt"), "1105", due is None, True,
              known, None)],
        )  # fmt: skip
        steps = [(issued, kind, None, amount), *((day, "receipt", receipt, value) for day, receipt, value in entries)]
        insert(
            "fct_receivable_entry",
            [
                (company, f"{item}:{n}", item, document, customer, day, entry, counter, currency, value, value * rate,
                 known, None, "1105")
                for n, (day, entry, counter, value) in enumerate(steps)
            ],
        )  # fmt: skip
        balance = 0
        for n, (day, _, _, value) in enumerate(steps):
            balance += value
            until = steps[n + 1][0] if n + 1 < len(steps) else None
            if balance:
                insert(
                    "fct_open_balance",
                    [(item, day, until, company, document, customer, issued, due or issued,
                      kind in ("credit_note", "receipt"), balance, balance * rate)],
                )  # fmt: skip
    insert("dim_receivable_dispute", [("MX01", "I7", "2025-06-02", None, known, None)])
    insert(
        "fct_gl_balance",
        [
            ("MX01", "1105", AS_OF, Decimal(81000) + (extra_invoice or 0), BUILT_AT, False),
            ("CO01", "1105", AS_OF, 150000000, BUILT_AT, False),
            ("CL01", "1105", AS_OF, 990000, BUILT_AT, False),
        ],
    )
    connection.execute("""
        INSERT INTO fct_control_balance
        WITH days AS (
            SELECT company, entry_date AS day, sum(base_amount) AS base FROM fct_receivable_entry GROUP BY ALL
        )
        SELECT company, '1105', day, lead(day) OVER w, sum(base) OVER w, 0 FROM days
        WINDOW w AS (PARTITION BY company ORDER BY day)
    """)
    # of the 10,000 that CL01 is off, 6,000 are at the bank and nobody can say what the rest is
    insert("fct_bank_posting", [("CL01", "001", "T-77", "1105", "2025-06-28", "CLP", 6000, 6000, None)])
    insert("fct_tie_out_reason", [("CL01", "1105", AS_OF, "unposted_bank_receipts", 4, 6000, 1, True)])
    insert("fx_rate_closing", [(day, "COP", "MXN", rate) for day, rate in RATES])
    for day in (date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31), AS_OF):
        connection.execute(
            """
            INSERT INTO fct_aging_monthly
            SELECT company, customer_id, $day, bucket, bucket_order, open_base, n_items FROM aging($day)
            """,
            {"day": day},
        )
    insert("fct_collection_metrics", [(c, day, False, *rest) for c, day, *rest in METRICS])
    insert(
        "fct_policy_evaluation",
        [(rule, f"{c}/{i}", AS_OF, c, i, outcome, *figures) for rule, c, i, outcome, *figures in POLICY],
    )
    insert(
        "data_health",
        [
            ("erp_mx", BUILT_AT - timedelta(minutes=12), "facturas.csv", 15, 0, AS_OF, 0, "ok"),
            ("banco", BUILT_AT - timedelta(days=3), "estado.sta", 4, 1, AS_OF, 1, "late"),
        ],
    )
