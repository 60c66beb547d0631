"""The truth about a group, reckoned once: ledger items, control balances, breaches, states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ingest.sample.days import ONE_DAY, month_ends
from ingest.sample.export import rows
from ingest.sample.group import Group
from ingest.sample.oracle import Item, control_balances, replay
from ingest.sample.policy_truth import PolicyTruth, policy_truth


@dataclass(frozen=True, slots=True)
class Truth:
    """`days` are the month ends of the period and its last day; `control` starts with the opening day."""

    days: list[date]
    items: list[Item]
    control: dict[tuple[str, str, date], Decimal]
    policy: PolicyTruth


def find_truth(group: Group) -> Truth:
    """Reckon the truth about `group` from its exported rows (seconds at size small)."""
    company_rows: list[dict[str, Any]] = list(rows.companies(group))
    items = replay(company_rows, rows.documents(group), rows.instalments(group), rows.applications(group))
    days = month_ends(group.start, group.until)
    tables: dict[str, list[dict[str, Any]]] = {
        name: list(rows.ENTITY_ROWS[name](group))
        for name in ("companies", "customers", "orders", "credit_limits", "credit_holds")
    }
    found = policy_truth(items, tables, group.rates, group.start, group.until, days)
    return Truth(days, items, control_balances(items, [group.start - ONE_DAY, *days]), found)
