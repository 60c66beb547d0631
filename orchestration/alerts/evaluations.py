"""Reading what the policy models found, with every amount still a decimal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.alerts.model import Evaluation, Outcome
from orchestration.errors import BadInput
from orchestration.store.records import Severity

TABLE = "fct_policy_evaluation"

_COLUMNS = (
    "rule_id",
    "subject",
    "evaluated_on",
    "company",
    "customer_id",
    "customer_name",
    "outcome",
    "severity",
    "observed",
    "threshold",
    "exposure_base",
    "base_currency",
    "breached_since",
    "rule_version",
    "owner",
    "corrective_action_es",
    "corrective_action_en",
    "evidence",
)


def read_evaluations(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[Evaluation]:
    """The evaluations of one day, ordered by rule, company and subject; empty when there are none.

    Raises BadInput when the table or a column is missing, or a value is not one of the contract's.
    """
    try:
        rows = connection.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM {TABLE} WHERE evaluated_on = ? ORDER BY rule_id, company, subject",
            [as_of],
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise BadInput(
            "the policy evaluations can't be read",
            where=TABLE,
            found=str(error).splitlines()[0],
            expected=f"a table with the columns {', '.join(_COLUMNS)}",
            next_step="rebuild the warehouse (`cartera rebuild`): the file was built by another version",
        ) from error
    return [_evaluation(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _evaluation(row: dict[str, Any]) -> Evaluation:
    where = f"{TABLE}, {row['rule_id']} {row['company']} {row['subject']} {row['evaluated_on']}"
    try:
        outcome, severity = Outcome(row["outcome"]), Severity.parse(row["severity"] or "")
    except ValueError as error:
        raise BadInput(
            "a policy evaluation can't be understood",
            where=where,
            found=str(error),
            expected=f"outcome: {', '.join(Outcome)}; severity: {', '.join(Severity)}",
            next_step="correct the model of that rule",
        ) from error
    return Evaluation(
        rule_id=row["rule_id"],
        subject=row["subject"],
        evaluated_on=row["evaluated_on"],
        company=row["company"],
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        outcome=outcome,
        severity=severity,
        observed=_decimal(row, "observed", where),
        threshold=_decimal(row, "threshold", where),
        exposure_base=_decimal(row, "exposure_base", where),
        base_currency=row["base_currency"] or "",
        breached_since=row["breached_since"],
        rule_version=str(row["rule_version"] or ""),
        owner=row["owner"],
        corrective_es=row["corrective_action_es"],
        corrective_en=row["corrective_action_en"],
        evidence=row["evidence"] or "{}",
    )


def _decimal(row: dict[str, Any], column: str, where: str) -> Decimal | None:
    value = row[column]
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise BadInput(
        "a figure of a policy evaluation is not a decimal",
        where=f"{where}, column {column}",
        found=f"{value!r} ({type(value).__name__})",
        expected="DECIMAL: a binary float can't hold an amount",
        next_step=f"cast {column} to DECIMAL(18,4) in the model of that rule",
    )
