"""What a page is about: one company in its own currency, or the group in the presentation currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

GROUP = "group"
HAS_NONE = "(none)"


def in_address(value: str) -> str:
    """A segment or collector as an address carries it: "has none" needs a word, or it would mean "all"."""
    return value or HAS_NONE


def from_address(value: str | None) -> str | None:
    """The opposite: None = all, '' = has none."""
    return "" if value == HAS_NONE else value


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company as the published file knows it."""

    code: str
    name: str
    country: str
    currency: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The companies of a view and the currency it is shown in."""

    choice: str
    companies: tuple[CompanyName, ...]
    currency: str
    country: str

    @property
    def codes(self) -> tuple[str, ...]:
        """Company codes, in the order shown."""
        return tuple(company.code for company in self.companies)

    @property
    def is_group(self) -> bool:
        """Several companies, each converted at the closing rate of the day shown."""
        return self.choice == GROUP

    def company(self, code: str) -> CompanyName:
        """The company with this code; KeyError when it is not of this scope."""
        for company in self.companies:
            if company.code == code:
                return company
        raise KeyError(code)


def choose_scope(choice: str | None, companies: Sequence[CompanyName], presentation_currency: str) -> Scope:
    """The scope for what the address asks for; an unknown or missing company falls back to the widest view.

    Raises ValueError when there is no company at all.
    """
    if not companies:
        raise ValueError("no company to show")
    for company in companies:
        if choice == company.code or len(companies) == 1:
            return Scope(company.code, (company,), company.currency, company.country)
    # The group is read as the company that reports in its currency would read it.
    home = next((c for c in companies if c.currency == presentation_currency), companies[0])
    return Scope(GROUP, tuple(companies), presentation_currency, home.country)


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """A customer within its company; `customer_id` is empty for documents nobody could be named for."""

    company: str
    customer_id: str

    def as_text(self) -> str:
        """`MX01/C-17`, as the address carries it."""
        return f"{self.company}/{self.customer_id}"

    @classmethod
    def from_text(cls, text: str | None, scope: Scope) -> CustomerKey | None:
        """The key an address names; None when it names none of this scope.

        Within one company the bare customer id will do, as the links of mails write it.
        """
        if not text:
            return None
        company, slash, customer_id = text.partition("/")
        if slash and company in scope.codes:
            return cls(company, customer_id)
        return None if scope.is_group else cls(scope.choice, text)


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """part ÷ whole; None when there is nothing to divide by (never 0)."""
    if part is None or whole is None or whole <= 0:
        return None
    return part / whole


def weighted_mean(pairs: Sequence[tuple[Decimal | None, Decimal | None]]) -> Decimal | None:
    """The mean of (value, weight); pairs with a missing value or without weight are left out, None if all are."""
    known = [(value, weight) for value, weight in pairs if value is not None and weight is not None and weight > 0]
    total = sum((weight for _, weight in known), Decimal(0))
    if total == 0:
        return None
    return sum((value * weight for value, weight in known), Decimal(0)) / total
