"""Real systems' ageing cases (CONTRACT section 5) and what they expect, put into our terms.

Two of our rules differ from theirs on purpose and are translated, never waived: credits and unapplied money stand
in a column of their own instead of a bucket, and a disputed item keeps its bucket.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

CASES_FILE = Path(__file__).parents[3] / "shared" / "fixtures" / "ageing_cases.json"
CREDITS = {"payment", "credit_note", "writeoff"}


@dataclass(frozen=True)
class Case:
    """One case as it stands in the file."""

    raw: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.raw["as_of"])

    @property
    def known_on(self) -> date | None:
        return date.fromisoformat(self.raw["known_on"]) if "known_on" in self.raw else None

    @property
    def basis(self) -> str:
        return "issue_date" if self.raw["ageing_basis"] == "posting_date" else "due_date"

    @property
    def scheme(self) -> str:
        """The name of the ageing scheme that has this case's buckets."""
        return "_".join(f"{bucket['from']}to{bucket['to']}" for bucket in self.raw["buckets"])

    def holds(self, company: str, group: str | None) -> bool:
        """Whether an item is in the report: the case's companies, and what its filter lets through."""
        if company != self.id and not company.startswith(f"{self.id}."):
            return False
        asked = self.raw.get("filter", {})
        if "company" in asked and company != f"{self.id}.{asked['company']}":
            return False
        return "customer_group" not in asked or self._is_within(group, asked["customer_group"])

    def _is_within(self, group: str | None, wanted: str) -> bool:
        while group is not None and group != wanted:
            group = self.raw["group_parent"][group]
        return group == wanted

    @cached_property
    def open(self) -> dict[tuple[str, int | None], tuple[Decimal, Decimal]]:
        """(document, instalment) → (open, open in base)."""
        found = {}
        for key, amounts in self.raw["expect"]["open"].items():
            document, _, part = key.partition("#")
            found[document, int(part) if part else None] = (_money(amounts["open"]), _money(amounts["open_base"]))
        return found

    @cached_property
    def totals(self) -> dict[str, Decimal]:
        """What each customer owes in base currency; those who owe nothing are left out."""
        return {
            customer or "unidentified": _money(cells["total"])
            for customer, cells in self.raw["expect"]["customers"].items()
            if cells["total"]
        }

    @property
    def unapplied(self) -> dict[str, Decimal]:
        """What each customer has paid or been credited that settles nothing yet, positive."""
        return {customer: _money(amount) for customer, amount in self.raw["expect"]["unapplied"].items()}

    @property
    def disputed(self) -> Decimal:
        """The part of the open items, in base currency, that is in dispute."""
        in_dispute = {document["doc_id"] for document in self.raw["documents"] if document.get("disputed")}
        return sum((base for (document, _), (_, base) in self.open.items() if document in in_dispute), Decimal(0))

    @cached_property
    def buckets(self) -> dict[tuple[str, str], Decimal]:
        """(customer, bucket) → amount in base currency, by our rules."""
        cells: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for customer, amounts in self.raw["expect"]["customers"].items():
            for bucket, amount in amounts.items():
                if bucket != "total":
                    cells[customer or "unidentified", bucket] += _money(amount)
        for (document_id, _), (_, base) in self.open.items():
            document = next(d for d in self.raw["documents"] if d["doc_id"] == document_id)
            customer = document["customer"] or "unidentified"
            if self._is_credit(document):
                cells[customer, self._their_bucket(document)] -= base
                cells[customer, "unapplied"] += base
            elif document.get("disputed") and self.raw.get("dispute_rule") == "separate":
                cells[customer, "disputed"] -= base
                cells[customer, self._their_bucket(document)] += base
        return {cell: amount for cell, amount in cells.items() if amount}

    def _is_credit(self, document: dict[str, Any]) -> bool:
        return document["type"] in CREDITS or document.get("direction") == "credit"

    def _their_bucket(self, document: dict[str, Any]) -> str:
        names = [bucket["name"] for bucket in self.raw["buckets"]]
        if document["due_date"] is None and self.raw["null_due_date_rule"] != "posting_date":
            return str(names[0] if self.raw["null_due_date_rule"] == "current" else names[-1])
        since = document["date"] if self.basis == "issue_date" else document["due_date"] or document["date"]
        age = (self.as_of - date.fromisoformat(since)).days
        return next(
            str(bucket["name"])
            for bucket in self.raw["buckets"]
            if (bucket["from"] is None or age >= bucket["from"]) and (bucket["to"] is None or age <= bucket["to"])
        )


def read_cases() -> list[Case]:
    """The cases; none where the folder is not beside the project."""
    if not CASES_FILE.exists():
        return []
    return [Case(raw) for raw in json.loads(CASES_FILE.read_text(encoding="utf-8"))]


def schemes_yml(cases: list[Case]) -> str:
    """cartera.yml with an ageing scheme for each way of cutting buckets that the cases use."""
    schemes = {case.scheme: case.raw["buckets"] for case in cases}
    lines = ["ageing_schemes:"]
    for name, buckets in schemes.items():
        lines += [f"  - name: {name}", "    buckets:"]
        for bucket in buckets:
            edges = {"from_days": bucket["from"], "to_days": bucket["to"]}
            words = "".join(f", {edge}: {days}" for edge, days in edges.items() if days is not None)
            lines.append(f'      - {{name: "{bucket["name"]}"{words}}}')
    return "\n".join(lines) + "\n"


def _money(amount: float | str) -> Decimal:
    return Decimal(str(amount))
