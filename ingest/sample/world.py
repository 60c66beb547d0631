"""The group the sample simulates: its companies, accounts, taxes, sizes and seasons."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account of the group: its number as the bank writes it, and its currency."""

    number: str
    currency: str
    bank: str


@dataclass(frozen=True, slots=True)
class CompanySpec:
    """One company of the group.

    `mean_invoice` is in minor units of the currency, tax included; `step` is what amounts are rounded to
    (COP invoices are whole pesos, though COP has cents).
    """

    code: str
    name: str
    country: str
    currency: str
    tax_id: str
    tax_rate: Decimal
    account: str
    foreign_account: str
    foreign_currency: str | None
    series: str
    foreign_series: str
    share: float
    mean_invoice: int
    step: int
    banks: tuple[BankAccount, ...]

    def account_of(self, currency: str) -> str:
        """The receivable control account of a document's currency."""
        return self.account if currency == self.currency else self.foreign_account

    def bank_of(self, currency: str) -> BankAccount:
        """The bank account that receives a currency."""
        return next(bank for bank in self.banks if bank.currency == currency)


COMPANIES = (
    CompanySpec(
        code="ANDMX",
        name="Andino México, S.A. de C.V.",
        country="MX",
        currency="MXN",
        tax_id="AME010915QX4",
        tax_rate=Decimal("0.16"),
        account="105-01-001",
        foreign_account="105-02-001",
        foreign_currency="USD",
        series="FA-",
        foreign_series="FE-",
        share=0.50,
        mean_invoice=14_500_000,
        step=1,
        banks=(
            BankAccount("012180001182340571", "MXN", "BBVA"),
            BankAccount("012180001182340898", "USD", "BBVA"),
        ),
    ),
    CompanySpec(
        code="ANDCO",
        name="Andino Colombia S.A.S.",
        country="CO",
        currency="COP",
        tax_id="900482117-5",
        tax_rate=Decimal("0.19"),
        account="130505",
        foreign_account="130510",
        foreign_currency=None,
        series="FECO-",
        foreign_series="FECX-",
        share=0.30,
        mean_invoice=3_200_000_000,
        step=100,
        banks=(BankAccount("03112345678", "COP", "Bancolombia"),),
    ),
    CompanySpec(
        code="ANDCL",
        name="Andino Chile SpA",
        country="CL",
        currency="CLP",
        tax_id="76482115-8",
        tax_rate=Decimal("0.19"),
        account="1.1.04.01",
        foreign_account="1.1.04.02",
        foreign_currency=None,
        series="33-",
        foreign_series="110-",
        share=0.20,
        mean_invoice=11_500_000,
        step=1,
        banks=(BankAccount("000078120045", "CLP", "Banco de Chile"),),
    ),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated: customers of the group and invoices over the whole period, about."""

    customers: int
    invoices: int


SIZES = {
    "tiny": Size(customers=90, invoices=2_000),
    "small": Size(customers=400, invoices=20_000),
    "medium": Size(customers=1_500, invoices=200_000),
    "large": Size(customers=4_000, invoices=1_000_000),
}

# Sales by month: a strong last quarter, a quiet January; they average 1.
SEASON = (0.80, 0.86, 0.98, 0.94, 1.00, 1.00, 0.96, 0.98, 1.02, 1.12, 1.22, 1.12)
YEARLY_GROWTH = 0.09

COLLECTORS = {
    "ANDMX": ("Laura Méndez", "Raúl Ibarra", "Sofía Castañeda"),
    "ANDCO": ("Camila Restrepo", "Andrés Quintero"),
    "ANDCL": ("Javiera Muñoz", "Felipe Araya"),
}
SALES_REPS = {
    "ANDMX": ("Héctor Lozano", "Mariana Peña", "Iván Cárdenas", "Beatriz Solís"),
    "ANDCO": ("Diana Cárdenas", "Julián Arango", "Paola Ríos"),
    "ANDCL": ("Rodrigo Fuentes", "Catalina Vega"),
}
