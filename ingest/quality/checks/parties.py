"""Checks on who: companies, customers and the credit they are given."""

from __future__ import annotations

from ingest.quality.checks.model import Check, Severity, rows_where

PARTY_CHECKS = (
    Check(
        entity="companies",
        check_id="country_code",
        severity=Severity.BLOCKING,
        breaches=rows_where("NOT regexp_full_match(country, '[A-Z][A-Z]')", "company", "country"),
        expected="two capital letters (ISO 3166-1)",
        words_es="El país de una empresa es un código ISO 3166-1 de dos letras mayúsculas.",
        words_en="The country of a company is an ISO 3166-1 code of two capital letters.",
    ),
    Check(
        entity="companies",
        check_id="not_its_own_parent",
        severity=Severity.BLOCKING,
        breaches=rows_where("parent_company = company", "company", "parent_company"),
        expected="parent_company <> company",
        words_es="Una empresa no es su propia matriz.",
        words_en="A company is not its own parent.",
    ),
    Check(
        entity="customers",
        check_id="country_code",
        severity=Severity.WARNING,
        breaches=rows_where("NOT regexp_full_match(country, '[A-Z][A-Z]')", "customer_id", "country"),
        expected="two capital letters (ISO 3166-1)",
        words_es="El país de un cliente es un código ISO 3166-1 de dos letras mayúsculas.",
        words_en="The country of a customer is an ISO 3166-1 code of two capital letters.",
    ),
    Check(
        entity="customers",
        check_id="terms_plausible",
        severity=Severity.WARNING,
        breaches=rows_where("terms_days NOT BETWEEN 0 AND 730", "customer_id", "terms_days"),
        expected="0 <= terms_days <= 730",
        words_es="El plazo de pago está entre 0 y 730 días.",
        words_en="Payment terms are between 0 and 730 days.",
    ),
    Check(
        entity="customers",
        check_id="limit_not_negative",
        severity=Severity.WARNING,
        breaches=rows_where("credit_limit < 0", "customer_id", "credit_limit"),
        expected="credit_limit >= 0",
        words_es="El límite de crédito no es negativo (vacío = sin límite, 0 = sin crédito).",
        words_en="The credit limit is not negative (empty = unlimited, 0 = no credit).",
    ),
    Check(
        entity="customers",
        check_id="email_shape",
        severity=Severity.WARNING,
        # People write several addresses into one field: one good address is enough.
        breaches=rows_where(
            "trim(email) <> '' AND NOT regexp_matches(email, '[^@ ]+@[^@ ]+[.][A-Za-z][A-Za-z]+')",
            "customer_id",
        ),
        expected="name@domain",
        words_es="El correo del cliente tiene forma de dirección.",
        words_en="The customer's e-mail has the form of an address.",
    ),
    Check(
        entity="credit_limits",
        check_id="limit_not_negative",
        severity=Severity.WARNING,
        breaches=rows_where("amount < 0", "customer_id", "valid_from", "amount"),
        expected="amount >= 0",
        words_es="El límite de crédito no es negativo (0 = sin crédito).",
        words_en="The credit limit is not negative (0 = no credit).",
    ),
    Check(
        entity="promises",
        check_id="amount_positive",
        severity=Severity.WARNING,
        breaches=rows_where("amount <= 0", "promise_id", "amount"),
        expected="amount > 0",
        words_es="Una promesa de pago promete algo: su importe es mayor que cero.",
        words_en="A promise to pay promises something: its amount is above zero.",
    ),
    Check(
        entity="disputes",
        check_id="amount_not_negative",
        severity=Severity.WARNING,
        breaches=rows_where("amount < 0", "dispute_id", "amount"),
        expected="amount >= 0",
        words_es="El importe en disputa no es negativo.",
        words_en="The amount in dispute is not negative.",
    ),
    Check(
        entity="supplier_terms",
        check_id="terms_plausible",
        severity=Severity.WARNING,
        breaches=rows_where("weighted_days NOT BETWEEN 0 AND 730", "month", "weighted_days"),
        expected="0 <= weighted_days <= 730",
        words_es="El plazo medio de los proveedores está entre 0 y 730 días.",
        words_en="The mean terms of suppliers are between 0 and 730 days.",
    ),
)
