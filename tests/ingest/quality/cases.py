"""One batch for each check, broken in exactly one way, with the breach the check must show.

Worked out by hand from the contract: what is wrong stands beside what must be said about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .conftest import Rows, sound


@dataclass(frozen=True)
class Case:
    """`rows` of a batch that breaks (entity, check_id) once; `shows` is the breach in words of the check."""

    entity: str
    check_id: str
    rows: Rows
    shows: str
    manifest: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


def _one(entity: str, check_id: str, shows: str, **wrong: Any) -> Case:
    return Case(entity, check_id, {entity: [sound(entity, **wrong)]}, shows)


CASES = (
    # the manifest
    Case(
        "_batch",
        "rows_add_up",
        {"documents": [sound("documents")]},
        "rows_in_file=3, rows_accepted=1, rows_rejected=1",
        manifest={"rows_in_file": 3, "rows_rejected": 1},
    ),
    Case(
        "_batch",
        "amounts_add_up",
        {"documents": [sound("documents")]},
        "amount_in_file=10.0000, amount_accepted=9.9999, amount_rejected=0.0000",
        manifest={"amount_accepted": "9.9999"},
    ),
    Case(
        "_batch",
        "rows_landed",
        {"documents": [sound("documents")]},
        "documents: manifest=2, landed=1",
        manifest={"entities": '{"documents": 2}'},
    ),
    Case(
        "_batch",
        "none_rejected",
        {"documents": [sound("documents")]},
        "rows_rejected=1, rows_in_file=2, amount_rejected=0.0000",
        manifest={"rows_in_file": 2, "rows_rejected": 1},
    ),
    # generated from the contract
    Case(
        "documents",
        "columns",
        {"documents": [sound("documents")]},
        "amount: DOUBLE, expected DECIMAL(18,4)",
        types={"amount": "DOUBLE"},
    ),
    _one("documents", "lineage", "#1 _file_sha256=another", _file_sha256="another"),
    _one("documents", "required_filled", "#1 document_id=∅, currency=∅", document_id=" ", currency=None),
    _one(
        "documents", "values_allowed", "#1 document_type=factura, status=open", document_type="factura", status="open"
    ),
    Case(
        "documents",
        "key_unique",
        {"documents": [sound("documents"), sound("documents", amount="7.00")]},
        "#1 company=MX, document_id=F1, n=2",
    ),
    Case(
        "fx_rates",
        "key_unique",
        {"fx_rates": [sound("fx_rates"), sound("fx_rates", rate_type="closing")]},
        "#1 rate_date=2025-02-09, from_currency=USD, to_currency=MXN, rate_type=closing, n=2",
    ),
    _one("documents", "currency_code", "#1 currency=mxn", currency="mxn"),
    _one("documents", "currency_known", "#1 currency=QQQ", currency="QQQ"),
    _one("documents", "date_not_ancient", "#1 issue_date=0202-01-10", issue_date="0202-01-10"),
    _one("documents", "date_not_far_ahead", "#1 issue_date=2027-07-01", issue_date="2027-07-01", due_date=None),
    # written by hand: documents
    _one("documents", "amount_not_negative", "amount=-0.0001", amount="-0.0001"),
    _one("documents", "fx_rate_positive", "fx_rate=0.0000000000", fx_rate="0"),
    _one("documents", "due_not_before_issue", "due_date=2025-01-09", due_date="2025-01-09"),
    _one("documents", "due_within_ten_years", "due_date=2035-01-11", due_date="2035-01-11"),
    _one("documents", "customer_identified", "document_id=F1, document_type=invoice", customer_id=None),
    _one("documents", "cancelled_has_date", "status=cancelled", status="cancelled"),
    _one("documents", "revaluation_has_base", "base_amount=∅", document_type="revaluation", amount="0"),
    Case(
        "instalments",
        "sum_to_document",
        {
            "documents": [sound("documents")],
            "instalments": [
                sound("instalments", amount="50.05"),
                sound("instalments", instalment_no=2, amount="50.06"),
            ],
        },
        "#1 document_id=F1, instalments=100.1100, document=100.1000",
    ),
    _one("applications", "amount_not_zero", "amount=0.0000", amount="0"),
    _one("applications", "amounts_same_sign", "amount=100.1000, from_amount=-5.0000", from_amount="-5"),
    _one("applications", "two_documents", "from_document_id=F1", from_document_id="F1"),
    # balances and rates
    Case(
        "bank_statements",
        "balances_close",
        {
            "bank_statements": [sound("bank_statements", closing_balance="0.41")],
            "bank_transactions": [sound("bank_transactions")],
        },
        "#1 statement_id=S1, opening=0.1000, movements=0.3000, closing=0.4100",
    ),
    Case(
        "bank_statements",
        "one_currency",
        {
            "bank_statements": [sound("bank_statements", currency="USD", closing_balance="9.99")],
            "bank_transactions": [sound("bank_transactions")],
        },
        "statement_id=S1, currency=USD, lines=MXN",
    ),
    _one("bank_transactions", "value_near_booking", "value_on=2025-04-11", value_on="2025-04-11"),
    _one("bank_transactions", "amount_not_zero", "amount=0.0000", amount="0"),
    _one("fx_rates", "rate_positive", "rate=-17.0500000000", rate="-17.05"),
    _one("fx_rates", "same_currency_is_one", "from_currency=MXN, rate=17.0500000000", from_currency="MXN"),
    _one("orders", "amounts_plausible", "amount=50.0000, unbilled_amount=50.0100", unbilled_amount="50.01"),
    # who
    _one("companies", "country_code", "country=México", country="México"),
    _one("companies", "not_its_own_parent", "parent_company=MX", parent_company="MX"),
    _one("customers", "country_code", "country=MEX", country="MEX"),
    _one("customers", "terms_plausible", "terms_days=731", terms_days=731),
    _one("customers", "limit_not_negative", "credit_limit=-0.0100", credit_limit="-0.01"),
    _one("customers", "email_shape", "#1 customer_id=C1", email="ana en uno.mx"),
    _one("credit_limits", "limit_not_negative", "amount=-1.0000", amount="-1"),
    _one("promises", "amount_positive", "amount=0.0000", amount="0"),
    _one("disputes", "amount_not_negative", "amount=-1.0000", amount="-1"),
    _one("supplier_terms", "terms_plausible", "weighted_days=-1.0000000000", weighted_days="-1"),
    # periods
    _one("bank_statements", "period_in_order", "from_on=2025-02-02", from_on="2025-02-02", to_on="2025-02-01"),
    _one("credit_holds", "period_in_order", "to_on=2024-12-31", to_on="2024-12-31"),
    _one("credit_files", "period_in_order", "valid_to=1984-12-31", valid_to="1984-12-31"),
    _one("waivers", "period_in_order", "valid_to=2024-12-31", valid_to="2024-12-31"),
    _one("promises", "due_after_promised", "due_on=2025-02-28", due_on="2025-02-28"),
    _one("disputes", "resolved_after_opened", "resolved_on=2025-02-28", resolved_on="2025-02-28"),
)
