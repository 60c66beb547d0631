"""Does the publication tie to the ledger? The latest balances of each company against their tolerance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.errors import CheckFailed
from orchestration.settings.models import TieOut as TieOutSettings

# Public: the data dictionary is written from these. The table says what `read_tie_out` found when it was published.
VERDICT_COLUMNS = (
    ("company", "VARCHAR", "Code of the company (legal entity)."),
    ("account", "VARCHAR", "Receivable control account in the general ledger."),
    ("as_of", "DATE", "The last day, up to the publication's, for which the company's ledger gives balances."),
    ("currency", "VARCHAR", "The company's functional currency, ISO 4217."),
    ("difference", "DECIMAL(38,4)", "Sub-ledger less general ledger on that day."),
    ("explained", "VARCHAR", "JSON: the reasons, as in tie_out."),
    ("unexplained", "DECIMAL(38,4)", "What is left of the difference."),
    ("tolerance", "DECIMAL(38,4)", "What may be left (tie_out in cartera.yml)."),
    ("is_above_tolerance", "BOOLEAN", "Whether more is left: a fact somebody should look into."),
)
VERDICT_COMMENT = (
    "Tie-out on the last day of each company's ledger, against the tolerance. "
    "One row per account with a balance that day."
)

_LAST_DAYS = "SELECT company, max(as_of) FROM fct_gl_balance WHERE as_of <= ? GROUP BY company ORDER BY company"
_ACCOUNTS = """
    SELECT tied.company, tied.account, company.functional_currency, tied.difference, tied.explained, tied.unexplained
    FROM tie_out(?) AS tied
    LEFT JOIN dim_company AS company ON company.company = tied.company
    WHERE tied.gl_balance IS NOT NULL AND list_contains(?, tied.company)
    ORDER BY tied.company, tied.account
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One control account on the last day its company's ledger was given; amounts in functional currency.

    `explained` are (reason, amount): what tie_out says keeps the two apart.
    """

    company: str
    account: str
    as_of: date
    currency: str
    difference: Decimal
    explained: tuple[tuple[str, Decimal], ...]
    explained_json: str
    unexplained: Decimal
    tolerance: Decimal

    @property
    def is_above_tolerance(self) -> bool:
        """More is left unexplained than may be."""
        return abs(self.unexplained) > self.tolerance

    def row(self) -> dict[str, Any]:
        """The row of the published table."""
        return {
            "company": self.company,
            "account": self.account,
            "as_of": self.as_of,
            "currency": self.currency,
            "difference": self.difference,
            "explained": self.explained_json,
            "unexplained": self.unexplained,
            "tolerance": self.tolerance,
            "is_above_tolerance": self.is_above_tolerance,
        }

    def words(self) -> str:
        """For the terminal and for errors, in English."""
        reasons = ", ".join(f"{reason.replace('_', ' ')} {amount:+,.2f}" for reason, amount in self.explained)
        return (
            f"{self.company} {self.account} on {self.as_of.isoformat()}: {self.unexplained:+,.2f} {self.currency} "
            f"unexplained, tolerance {self.tolerance:,.2f} (difference {self.difference:+,.2f}"
            f"{f', of which {reasons}' if reasons else ''})"
        )


@dataclass(frozen=True, slots=True)
class TieOut:
    """Every control account that has a balance on its company's last day."""

    verdicts: tuple[Verdict, ...] = ()

    @property
    def differences(self) -> tuple[Verdict, ...]:
        """Those with more unexplained than may be."""
        return tuple(verdict for verdict in self.verdicts if verdict.is_above_tolerance)

    @property
    def ties(self) -> bool:
        """Whether nothing unexplained is above the tolerance."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return {
            "accounts": len(self.verdicts),
            "above_tolerance": [
                {
                    "company": verdict.company,
                    "account": verdict.account,
                    "as_of": verdict.as_of.isoformat(),
                    "currency": verdict.currency,
                    "difference": str(verdict.difference),
                    "explained": json.loads(verdict.explained_json),
                    "unexplained": str(verdict.unexplained),
                    "tolerance": str(verdict.tolerance),
                }
                for verdict in self.differences
            ],
        }


def read_tie_out(connection: duckdb.DuckDBPyConnection, as_of: date, settings: TieOutSettings) -> TieOut:
    """Compares, in a candidate or published file, each company on the last day up to `as_of` its ledger was given."""
    companies: dict[date, list[str]] = {}
    for company, day in connection.execute(_LAST_DAYS, [as_of]).fetchall():
        companies.setdefault(day, []).append(company)
    found = [
        _verdict(row, day, settings)
        for day, of_day in sorted(companies.items())
        for row in connection.execute(_ACCOUNTS, [day, of_day]).fetchall()
    ]
    return TieOut(tuple(sorted(found, key=lambda verdict: (verdict.company, verdict.account))))


def refuse_differences(tie_out: TieOut, settings: TieOutSettings) -> None:
    """Raises CheckFailed, naming every account, when cartera.yml wants no publication that does not tie."""
    differences = tie_out.differences
    if not differences or settings.above_tolerance != "refuse":
        return
    raise CheckFailed(
        "the sub-ledger does not tie to the general ledger",
        where=", ".join(
            f"{verdict.company} {verdict.account} on {verdict.as_of.isoformat()}" for verdict in differences
        ),
        found="; ".join(verdict.words() for verdict in differences),
        expected="nothing unexplained above the tolerance (tie_out in cartera.yml)",
        next_step="load the missing entries or the right gl_balances and refresh; the last good publication stays",
    )


def _verdict(row: Iterable[Any], day: date, settings: TieOutSettings) -> Verdict:
    company, account, currency, difference, explained, unexplained = row
    reasons: list[Mapping[str, Any]] = json.loads(explained)
    return Verdict(
        company=company,
        account=account,
        as_of=day,
        currency=currency or "",
        difference=difference,
        explained=tuple((each["reason"], Decimal(each["amount"])) for each in reasons if each["amount"] is not None),
        explained_json=explained,
        unexplained=unexplained,
        tolerance=settings.tolerance_of(currency),
    )
