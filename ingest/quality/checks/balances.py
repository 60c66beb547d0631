"""Checks on bank statements and their lines, and on exchange rates: the figures other figures rest on."""

from __future__ import annotations

from ingest.quality.checks.model import Check, Severity, rows_where

# The movements of each statement of a batch. `balances_close` leaves out accounts with a line that names no statement
# (nobody can say which one it moved) and files that carry statements only, as the contract's own one-entity files do.
_MOVEMENTS = (
    "SELECT batch_id, company, bank_account, statement_id, sum(amount) AS moved,"
    " count(DISTINCT currency) AS currencies, min(currency) AS currency"
    " FROM bank_transactions GROUP BY 1, 2, 3, 4"
)

BALANCE_CHECKS = (
    Check(
        entity="bank_statements",
        check_id="balances_close",
        severity=Severity.BLOCKING,
        breaches="SELECT s.batch_id, s.line, 'statement_id=' || s.statement_id || ', opening='"
        " || CAST(s.opening_balance AS VARCHAR) || ', movements=' || CAST(coalesce(m.moved, 0) AS VARCHAR)"
        " || ', closing=' || CAST(s.closing_balance AS VARCHAR) AS example"
        f" FROM {{batch}} AS s LEFT JOIN ({_MOVEMENTS}) AS m ON m.batch_id = s.batch_id AND m.company = s.company"
        " AND m.bank_account = s.bank_account AND m.statement_id = s.statement_id"
        # lines in another currency are `one_currency`'s to tell: their sum would mean nothing
        " WHERE (m.statement_id IS NULL OR (m.currencies = 1 AND m.currency = s.currency))"
        " AND s.opening_balance + coalesce(m.moved, 0) <> s.closing_balance"
        " AND EXISTS (SELECT 1 FROM landed AS l WHERE l.batch_id = s.batch_id AND l.entity = 'bank_transactions')"
        " AND NOT EXISTS (SELECT 1 FROM bank_transactions AS t WHERE t.batch_id = s.batch_id"
        " AND t.company = s.company AND t.bank_account = s.bank_account AND t.statement_id IS NULL)",
        expected="opening balance + movements = closing balance",
        words_es="Saldo inicial + movimientos = saldo final, en cada extracto.",
        words_en="Opening balance + movements = closing balance, on every statement.",
    ),
    Check(
        entity="bank_statements",
        check_id="one_currency",
        severity=Severity.BLOCKING,
        breaches="SELECT s.batch_id, s.line, 'statement_id=' || s.statement_id || ', currency=' || s.currency"
        " || ', lines=' || m.currency || CASE WHEN m.currencies > 1 THEN '…' ELSE '' END AS example"
        f" FROM {{batch}} AS s INNER JOIN ({_MOVEMENTS}) AS m ON m.batch_id = s.batch_id AND m.company = s.company"
        " AND m.bank_account = s.bank_account AND m.statement_id = s.statement_id"
        " WHERE m.currencies > 1 OR m.currency <> s.currency",
        expected="lines in the currency of their statement",
        words_es="Los movimientos están en la moneda de su extracto: las monedas nunca se suman.",
        words_en="Lines are in the currency of their statement: currencies are never added.",
    ),
    Check(
        entity="bank_transactions",
        check_id="value_near_booking",
        severity=Severity.WARNING,
        breaches=rows_where(
            "abs(date_diff('day', booked_on, value_on)) > 60", "transaction_id", "booked_on", "value_on"
        ),
        expected="value date within 60 days of booking",
        words_es="La fecha valor dista 60 días o menos de la contable.",
        words_en="The value date is within 60 days of booking.",
    ),
    Check(
        entity="bank_transactions",
        check_id="amount_not_zero",
        severity=Severity.WARNING,
        breaches=rows_where("amount = 0", "transaction_id", "booked_on", "amount"),
        expected="amount <> 0",
        words_es="Un movimiento de banco mueve algo: su importe no es cero.",
        words_en="A bank line moves something: its amount is not zero.",
    ),
    Check(
        entity="fx_rates",
        check_id="rate_positive",
        severity=Severity.BLOCKING,
        breaches=rows_where("rate <= 0", "rate_date", "from_currency", "to_currency", "rate"),
        expected="rate > 0",
        words_es="Todo tipo de cambio es mayor que cero.",
        words_en="Every exchange rate is above zero.",
    ),
    Check(
        entity="fx_rates",
        check_id="same_currency_is_one",
        severity=Severity.BLOCKING,
        breaches=rows_where("from_currency = to_currency AND rate <> 1", "rate_date", "from_currency", "rate"),
        expected="rate = 1, where both currencies are the same",
        words_es="Una moneda contra sí misma vale uno.",
        words_en="A currency against itself is one.",
    ),
    Check(
        entity="orders",
        check_id="amounts_plausible",
        severity=Severity.WARNING,
        breaches=rows_where(
            "amount < 0 OR unbilled_amount < 0 OR unbilled_amount > amount", "order_id", "amount", "unbilled_amount"
        ),
        expected="0 <= unbilled_amount <= amount",
        words_es="Lo pendiente de facturar de un pedido está entre cero y su importe.",
        words_en="The unbilled part of an order is between zero and its amount.",
    ),
)
