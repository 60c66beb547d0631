"""What the simulator makes. Amounts are whole minor units; `export/rows.py` turns them into rows of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ingest.sample.money import ONE
from ingest.sample.world import BankAccount, CompanySpec

DEBITS = frozenset({"invoice", "debit_note", "refund", "interest", "journal"})  # opening journals here are debits


@dataclass(slots=True, eq=False)
class Customer:
    """A debtor and how it really behaves (`payer` and the plants are truth, never exported to Cartera)."""

    spec: CompanySpec
    id: str
    name: str
    tax_id: str
    segment: str
    currency: str
    terms: int
    since: date
    payer: str
    per_day: float  # invoices per business day, before season
    mean_amount: int
    account: str  # the bank account it pays from
    group_id: str = ""
    email: str = ""
    phone: str = ""
    collector: str = ""
    sales_rep: str = ""
    payer_name: str = ""  # a parent that pays in its own name
    is_intercompany: bool = False
    unlimited: bool = False
    has_discount: bool = False
    pays_advances: bool = False
    withholds: bool = False
    planted_limit: str = ""  # how R07 is broken here: "cut", "cut_and_raised", "no_credit"
    planted_hold: str = ""  # how R11 is broken here: "never", "late"
    planted_from: date | None = None
    complete_file_on: date | None = None
    contract_on: date | None = None
    checked_on: date | None = None
    score: str = ""


@dataclass(slots=True, eq=False)
class Part:
    """What falls due on one day: a whole document or one of its instalments."""

    due: date
    amount: int
    open: int
    number: int | None = None


@dataclass(slots=True, eq=False)
class Order:
    """A customer's order; `unbilled` is what no invoice has been made for yet."""

    customer: Customer
    ordered: date
    currency: str
    amount: int
    unbilled: int
    status: str = "open"
    id: str = ""


@dataclass(slots=True, eq=False)
class Doc:
    """A document of the receivables ledger. `amount` is positive; the kind gives the sign."""

    spec: CompanySpec
    customer: Customer | None
    kind: str
    issue: date
    currency: str
    amount: int
    parts: list[Part]
    rate: Decimal = ONE
    tax: int = 0
    due: date | None = None
    first_issue: date | None = None  # of an opening balance: when the invoice was really issued
    status: str = "posted"
    cancelled_on: date | None = None
    cancel_mode: str = ""
    discount_date: date | None = None
    discount_rate: Decimal | None = None
    received_on: date | None = None
    linked: Doc | None = None
    order: Order | None = None
    purchase_order: str = ""
    is_ceded: bool = False
    approved_by: str = ""
    created_by: str = ""
    recorded: datetime | None = None
    text: str = ""
    id: str = ""
    number: str = ""
    blocked_until: date | None = None  # in dispute: not paid before
    pending_at_bank: bool = False  # paid at the bank, receipt not yet posted
    in_ledger: bool = False

    @property
    def is_debit(self) -> bool:
        """Whether the customer owes it; credits are what the customer has paid or is owed."""
        return self.kind in DEBITS

    @property
    def open(self) -> int:
        """What is still open, positive whatever the kind; minor units of the document's currency."""
        parts = self.parts
        return parts[0].open if len(parts) == 1 else sum(part.open for part in parts)

    @property
    def account(self) -> str:
        """The receivable control account it is posted to."""
        return self.spec.account_of(self.currency)


@dataclass(slots=True, eq=False)
class Application:
    """`frm` (a credit) settles `to` (a debit); amounts in minor units of each one's currency."""

    frm: Doc
    to: Doc
    on: date
    amount: int
    from_amount: int
    part: int | None = None
    recorded: datetime | None = None
    id: str = ""


@dataclass(slots=True, eq=False)
class Payment:
    """Money that reached a bank account, and what it is really for."""

    spec: CompanySpec
    bank: BankAccount
    booked: date
    amount: int
    customer: Customer | None
    kind: str
    lines: list[tuple[Doc, int]] = field(default_factory=list)  # invoice, what of it was meant to be paid
    receipt: Doc | None = None
    reversal_of: Payment | None = None
    whole: bool = False  # one invoice, paid with exactly what was open
    text: str = ""
    id: str = ""
    statement_id: str = ""
    exact_reference: bool = False


@dataclass(slots=True, eq=False)
class Limit:
    """A credit limit from a day on, in whole units of `currency`."""

    customer: Customer
    valid_from: date
    amount: int
    currency: str
    approved_by: str
    requested_by: str
    reason: str
    evidence: str


@dataclass(slots=True, eq=False)
class Hold:
    """A credit hold; on `to` the customer may buy again."""

    customer: Customer
    since: date
    to: date | None
    placed_by: str
    reason: str
    released_by: str = ""


@dataclass(slots=True, eq=False)
class Dispute:
    """An invoice the customer does not accept."""

    doc: Doc
    opened: date
    reason: str
    amount: int
    owner: str
    acknowledged: date | None = None
    resolved: date | None = None
    outcome: str = ""


@dataclass(slots=True, eq=False)
class Promise:
    """A promise to pay one invoice."""

    doc: Doc
    promised: date
    due: date
    amount: int
    status: str = "open"


@dataclass(slots=True, eq=False)
class Contact:
    """A reminder, call or letter."""

    customer: Customer
    doc: Doc
    at: datetime
    channel: str
    kind: str
    outcome: str
    by: str
    direction: str = "outbound"
    reason: str = ""
