"""Checks on periods: what ends does not end before it begins. Warnings: the ledger never divides by such a period."""

from __future__ import annotations

from ingest.quality.checks.model import Check, Severity, rows_where

_PERIODS = (
    # entity, check, begins, ends, key to show, Spanish, English
    ("bank_statements", "period_in_order", "from_on", "to_on", "statement_id", "El extracto", "A statement"),
    ("credit_holds", "period_in_order", "from_on", "to_on", "customer_id", "La retención", "A hold"),
    ("credit_files", "period_in_order", "valid_from", "valid_to", "customer_id", "El documento", "A paper"),
    ("waivers", "period_in_order", "valid_from", "valid_to", "waiver_id", "La excepción", "A waiver"),
    ("promises", "due_after_promised", "promised_on", "due_on", "promise_id", "La promesa", "A promise"),
    ("disputes", "resolved_after_opened", "opened_on", "resolved_on", "dispute_id", "La disputa", "A dispute"),
)

PERIOD_CHECKS = tuple(
    Check(
        entity=entity,
        check_id=check_id,
        severity=Severity.WARNING,
        breaches=rows_where(f"{ends} < {begins}", key, begins, ends),
        expected=f"{ends} >= {begins}",
        words_es=f"{spanish} no termina antes de empezar ({begins}, {ends}).",
        words_en=f"{english} does not end before it begins ({begins}, {ends}).",
    )
    for entity, check_id, begins, ends, key, spanish, english in _PERIODS
)
