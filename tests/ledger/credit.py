"""What credit policy reads besides the ledger, as it arrives in life: orders, limits, holds, waivers and the master,
said again otherwise with every delivery, of companies whose ledger moves and of companies whose ledger is at rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ledger.contract_files import Row, book_rows
from ledger.records import Book

# the last one is known from orders only
_CUSTOMERS = ("C1", "C2", "C3", "unidentified", "ORDERS")
_FIRST, _DAYS = date(2025, 1, 20), 250
_RULE = """\
  - rule_id: {rule_id}
    valid_from: {valid_from}
    valid_to: {valid_to}
    severity: {severity}
    owner: Credit
    corrective_action: {{es: Cobrar., en: Collect.}}
    waiver: {{authority: [CFO], max_days: 90}}
    parameters: {{{parameters}}}
"""


def policies(tolerance: str, days: int) -> str:
    """A policies.yml whose rules have one version until the end of April and another from then on."""
    early = "2000-01-01", "2025-04-30"
    late = "2025-05-01", ""
    late_days = f"days_by_segment: {{A: {2 * days}, C: 3}}, default_days: {days}"
    rules = [
        ("R07", *early, "medium", "tolerance: 0.5, hard: 0.6, hard_severity: critical"),
        ("R07", *late, "high", f"tolerance: {tolerance}, hard: 0.2, hard_severity: critical"),
        ("R11", *early, "high", "default_days: 20, floor: {MXN: 1}, grace_business_days: 2"),
        ("R11", *late, "critical", f"{late_days}, floor: {{MXN: 5}}, grace_business_days: 1"),
    ]
    names = ("rule_id", "valid_from", "valid_to", "severity", "parameters")
    return "policies:\n" + "".join(_RULE.format(**dict(zip(names, rule, strict=True))) for rule in rules)


def at_rest(books: Sequence[Book]) -> tuple[list[Book], dict[str, list[Row]]]:
    """The books under other names, and the rows of their ledgers, to be delivered at once."""
    resting = [replace(book, company=f"REST_{book.company}") for book in books]
    rows: dict[str, list[Row]] = defaultdict(list)
    for book in resting:
        for entity, found in book_rows(book).items():
            rows[entity].extend(found)
    return resting, rows


def credit_deliveries(books: Sequence[Book], count: int, random: Random) -> list[dict[str, list[Row]]]:
    """`count` deliveries of rows by entity. The first says something of most customers, orders and waivers, the
    others of few, so that each kind of row comes alone for some customers.
    """
    return [_delivery(books, 0.7 if number == 0 else 0.12, random) for number in range(count)]


def _delivery(books: Sequence[Book], share: float, random: Random) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for book in books:
        company = {"company": book.company}
        for customer in _CUSTOMERS:
            key = company | {"customer_id": customer}
            if random.random() < share:
                rows["customers"].append(key | _described(book, customer, random))
            elif random.random() < 2 * share:
                rows["customers"].append(key | _NAMED | {"name": random.choice(("Acme", "Acme SA"))})
            if random.random() < share:
                rows["credit_limits"].append(key | _limit(book, random))
            if random.random() < 2 * share:
                rows["credit_holds"].append(key | _hold(random))
        for number in range(4):
            if random.random() < share:
                rows["orders"].append(company | {"order_id": f"O{number}"} | _order(book, random))
        for number in range(6):
            if random.random() < share:
                rows["waivers"].append(company | {"waiver_id": f"W{number}"} | _waiver(book, random))
    return rows


_NAMED: Row = dict.fromkeys(("segment", "credit_limit", "credit_limit_currency", "on_hold", "is_intercompany"))


def _described(book: Book, customer: str, random: Random) -> Row:
    return {
        "name": random.choice(("Acme", "Acme SA de CV")),
        "segment": random.choice(("A", "B", "C", None)),
        "credit_limit": random.choice((None, Decimal(0), _amount(random))),
        "credit_limit_currency": random.choice((None, *[book.base_currency] * 3, "USD")),
        "on_hold": random.random() < 0.4,
        "is_intercompany": customer == "C2" and random.random() < 0.8,
    }


def _limit(book: Book, random: Random) -> Row:
    return {
        "valid_from": random.choice((date(2025, 2, 1), date(2025, 5, 10), date(2025, 8, 31), date(2025, 9, 1))),
        "amount": random.choice((Decimal(0), _amount(random))),
        "currency": random.choice((*[book.base_currency] * 5, "USD")),
        "approved_by": random.choice(("CFO", "Board")),
    }


def _hold(random: Random) -> Row:
    held_from = random.choice((date(2025, 3, 5), date(2025, 6, 20), date(2025, 8, 20)))
    released = held_from + timedelta(days=random.randrange(90))
    return {"from_on": held_from, "to_on": random.choice((None, None, released))}


def _order(book: Book, random: Random) -> Row:
    amount = _amount(random)
    return {
        "customer_id": random.choice(_CUSTOMERS),
        "ordered_on": _day(random),
        "currency": random.choice((*[book.base_currency] * 5, "USD")),
        "amount": amount,
        "unbilled_amount": random.choice((amount, amount, Decimal(0))),
        "status": random.choice(("open", "open", "cancelled", None)),
    }


def _waiver(book: Book, random: Random) -> Row:
    begin, customer = _day(random), random.choice(_CUSTOMERS)
    return {
        "rule_id": random.choice(("R07", "R11")),
        "subject": random.choice((customer, f"{book.company}|{customer}")),
        "approved_by": "CFO",
        "reason": "agreed",
        "valid_from": begin,
        "valid_to": begin + timedelta(days=random.randrange(30, 200)),
    }


def _amount(random: Random) -> Decimal:
    return Decimal(random.randrange(1, 1000))


def _day(random: Random) -> date:
    return _FIRST + timedelta(days=random.randrange(_DAYS))
