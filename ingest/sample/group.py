"""The simulated group, complete: what the exports, the oracle and the truth are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.sample.history import History
from ingest.sample.rates import Rates
from ingest.sample.records import Customer, Payment
from ingest.sample.world import COMPANIES, BankAccount, CompanySpec


@dataclass(slots=True, frozen=True)
class Statement:
    """One bank statement: a business day of an account. Balances in minor units."""

    spec: CompanySpec
    bank: BankAccount
    id: str
    number: int
    day: date
    opening: int
    closing: int
    lines: tuple[Payment, ...]


@dataclass(slots=True, frozen=True)
class Group:
    """Grupo Andino from `start` to `until`, with everything that happened in it.

    `gl` holds the control accounts' balances (company, account, day) in minor units of the company's currency,
    summed from the simulated ERP's own postings.
    """

    size: str
    seed: int
    start: date
    until: date
    customers: list[Customer]
    history: History
    statements: list[Statement]
    gl: dict[tuple[str, str, date], int]

    @property
    def companies(self) -> tuple[CompanySpec, ...]:
        """The companies of the group, the parent first."""
        return COMPANIES

    @property
    def rates(self) -> Rates:
        """Closing exchange rates."""
        return self.history.rates
