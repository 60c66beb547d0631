"""Checks on documents, their instalments and what is applied to them."""

from __future__ import annotations

from ingest.contract.entities import SIGNED_TYPES
from ingest.quality.checks.model import Check, Severity, rows_where

_SIGNED = ", ".join(f"'{name}'" for name in SIGNED_TYPES)

DOCUMENT_CHECKS = (
    Check(
        entity="documents",
        check_id="amount_not_negative",
        severity=Severity.BLOCKING,
        breaches=rows_where(
            f"amount < 0 AND document_type NOT IN ({_SIGNED})", "document_id", "document_type", "amount"
        ),
        expected="amount >= 0, but for journal and revaluation",
        words_es="El importe no es negativo salvo en asientos y revaluaciones: el signo lo da el tipo de documento.",
        words_en="The amount is not negative but for journals and revaluations: the type of document gives the sign.",
    ),
    Check(
        entity="documents",
        check_id="fx_rate_positive",
        severity=Severity.BLOCKING,
        breaches=rows_where("fx_rate <= 0", "document_id", "currency", "fx_rate"),
        expected="fx_rate > 0",
        words_es="El tipo de cambio, donde lo hay, es mayor que cero.",
        words_en="The exchange rate, where there is one, is above zero.",
    ),
    Check(
        entity="documents",
        check_id="due_not_before_issue",
        severity=Severity.WARNING,
        # an opening balance is a journal of the day it was taken over, with the due date it has had all along
        breaches=rows_where(
            "due_date < issue_date AND document_type <> 'journal'", "document_id", "issue_date", "due_date"
        ),
        expected="due_date >= issue_date",
        words_es="El vencimiento no es anterior a la emisión.",
        words_en="The due date is not before the issue date.",
    ),
    Check(
        entity="documents",
        check_id="due_within_ten_years",
        severity=Severity.WARNING,
        breaches=rows_where("due_date > issue_date + INTERVAL 10 YEAR", "document_id", "issue_date", "due_date"),
        expected="due_date <= issue_date + 10 years",
        words_es="El vencimiento no dista más de diez años de la emisión.",
        words_en="The due date is within ten years of the issue date.",
    ),
    Check(
        entity="documents",
        check_id="customer_identified",
        severity=Severity.WARNING,
        breaches=rows_where("customer_id IS NULL OR trim(customer_id) = ''", "document_id", "document_type", "amount"),
        expected="customer_id not empty",
        words_es="Todo documento tiene cliente (los que no, quedan como «sin identificar»).",
        words_en="Every document has a customer (those without stay as “unidentified”).",
    ),
    Check(
        entity="documents",
        check_id="cancelled_has_date",
        severity=Severity.WARNING,
        breaches=rows_where("status = 'cancelled' AND cancelled_on IS NULL", "document_id", "status"),
        expected="cancelled_on, where status is cancelled",
        words_es="Un documento anulado dice en qué fecha se anuló.",
        words_en="A cancelled document says on which date.",
    ),
    Check(
        entity="documents",
        check_id="revaluation_has_base",
        severity=Severity.WARNING,
        breaches=rows_where("document_type = 'revaluation' AND base_amount IS NULL", "document_id", "base_amount"),
        expected="base_amount, where document_type is revaluation",
        words_es="Una revaluación trae su importe en moneda funcional.",
        words_en="A revaluation carries its amount in functional currency.",
    ),
    Check(
        entity="instalments",
        check_id="sum_to_document",
        severity=Severity.WARNING,
        # Only where the document came in the same file and once: otherwise the ledger compares them, not this. The
        # ledger leaves a plan that does not sum aside and says so (ledger_exception), so it need not stop a file.
        breaches="SELECT i.batch_id, min(i.line) AS line, 'document_id=' || i.document_id || ', instalments='"
        " || CAST(sum(i.amount) AS VARCHAR) || ', document=' || CAST(min(d.amount) AS VARCHAR) AS example"
        " FROM {batch} AS i INNER JOIN (SELECT batch_id, company, document_id, min(amount) AS amount FROM documents"
        " GROUP BY 1, 2, 3 HAVING count(*) = 1) AS d"
        " ON d.batch_id = i.batch_id AND d.company = i.company AND d.document_id = i.document_id"
        " GROUP BY i.batch_id, i.company, i.document_id HAVING abs(sum(i.amount) - min(d.amount)) >= 0.005",
        expected="sum of instalments = amount of the document, to the cent",
        words_es="Las cuotas suman el documento, al centavo (las que no, se dejan de lado: ledger_exception).",
        words_en="Instalments sum to the document, to the cent (those that do not are left aside: ledger_exception).",
    ),
    Check(
        entity="applications",
        check_id="amount_not_zero",
        severity=Severity.BLOCKING,
        breaches=rows_where("amount = 0", "application_id", "from_document_id", "to_document_id", "amount"),
        expected="amount <> 0",
        words_es="Una aplicación mueve algo: su importe no es cero.",
        words_en="An application moves something: its amount is not zero.",
    ),
    Check(
        entity="applications",
        check_id="amounts_same_sign",
        severity=Severity.WARNING,
        breaches=rows_where("sign(amount) <> sign(from_amount)", "application_id", "amount", "from_amount"),
        expected="amount and from_amount of the same sign",
        words_es="Los dos importes de una aplicación tienen el mismo signo.",
        words_en="Both amounts of an application have the same sign.",
    ),
    Check(
        entity="applications",
        check_id="two_documents",
        severity=Severity.WARNING,
        breaches=rows_where("from_document_id = to_document_id", "application_id", "from_document_id"),
        expected="from_document_id <> to_document_id",
        words_es="Un documento no se aplica a sí mismo.",
        words_en="A document is not applied to itself.",
    ),
)
