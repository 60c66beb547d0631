"""Who buys: a few large customers and a long tail, with the way each of them really pays."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ingest.sample import names
from ingest.sample.records import Customer
from ingest.sample.world import COLLECTORS, COMPANIES, SALES_REPS, CompanySpec, Size

# payer types by segment: punctual, late, month_end, erratic, deteriorating, bad
PAYERS = ("punctual", "late", "month_end", "erratic", "deteriorating", "bad")
PAYER_WEIGHTS = {"A": (34, 25, 18, 11, 7, 5), "B": (36, 24, 13, 12, 7, 8), "C": (38, 21, 8, 14, 7, 12)}
TERMS = {"A": (60, 60, 45), "B": (30, 30, 30, 45), "C": (15, 15, 15, 30)}
BUSINESS_DAYS_A_YEAR = 261
FOREIGN_SHARE = 0.12  # of the customers of a company that also sells in a foreign currency


def make_customers(random: Random, size: Size, start: date, until: date) -> list[Customer]:
    """The customers of every company, largest first within each. Shapes follow from `size`."""
    book = names.Names(random)
    found: list[Customer] = []
    for spec in COMPANIES:
        found.extend(_of_company(random, book, spec, size, start, until))
    _form_groups(random, found)
    _plant(random, found, start, until)
    return found


def _of_company(
    random: Random, book: names.Names, spec: CompanySpec, size: Size, start: date, until: date
) -> list[Customer]:
    count = round(size.customers * (0.45 if spec.share == 0.5 else 0.30 if spec.share == 0.3 else 0.25))
    weights = sorted((random.lognormvariate(0, 1.35) for _ in range(count)), reverse=True)
    # revenue is shared by weight: half of the difference in how often they buy, half in how much at a time
    often = [weight**0.5 for weight in weights]
    much = [weight**0.6 for weight in weights]
    business_days = (until - start).days * BUSINESS_DAYS_A_YEAR / 365
    per_day = size.invoices * spec.share / business_days
    mean_weight = sum(o * m for o, m in zip(often, much, strict=True)) / sum(often)
    customers = []
    for rank in range(count):
        segment = "A" if rank < count * 0.12 else "B" if rank < count * 0.45 else "C"
        foreign = spec.foreign_currency is not None and rank > 3 and random.random() < FOREIGN_SHARE
        customer = _customer(random, book, spec, rank, segment, foreign, start)
        customer.per_day = per_day * often[rank] / sum(often)
        customer.mean_amount = round(spec.mean_invoice * much[rank] / mean_weight / (18 if foreign else 1))
        if rank % 17 == 16 and customer.since < start:
            customer.since = start + timedelta(days=random.randint(40, (until - start).days - 120))
        customers.append(customer)
    return customers


def _customer(
    random: Random, book: names.Names, spec: CompanySpec, rank: int, segment: str, foreign: bool, start: date
) -> Customer:
    name = book.customer(spec.country, foreign)
    country = "US" if foreign else spec.country
    since = start - timedelta(days=random.randint(200, 3600))
    currency = spec.foreign_currency if foreign and spec.foreign_currency else spec.currency
    mail = "".join(letter for letter in name.split(",")[0].lower() if letter.isascii() and letter.isalnum())[:24]
    customer = Customer(
        spec=spec,
        id=f"{spec.country[0] if spec.country == 'MX' else spec.country}{10_001 + rank}",
        name=name,
        tax_id=names.tax_id(country, random),
        segment=segment,
        currency=currency,
        terms=random.choice(TERMS[segment]),
        since=since,
        payer=random.choices(PAYERS, PAYER_WEIGHTS[segment])[0],
        per_day=0.0,
        mean_amount=0,
        account="".join(random.choice("0123456789") for _ in range(18 if spec.country == "MX" else 11)),
        email=f"pagos@{mail}.example.com" if random.random() < 0.94 else "",
        phone=f"+{ {'MX': 52, 'CO': 57, 'CL': 56}[spec.country] } {random.randint(2_000_000_000, 9_999_999_999)}",
        collector=random.choice(COLLECTORS[spec.code]),
        sales_rep=random.choice(SALES_REPS[spec.code]),
        has_discount=spec.code != "ANDCO" and random.random() < 0.08,
        pays_advances=segment == "C" and random.random() < 0.07,
        withholds=spec.code == "ANDCO" and random.random() < 0.55,
        score=str(random.randint(430, 780)),
    )
    customer.complete_file_on = None if random.random() < 0.06 else since - timedelta(days=random.randint(1, 25))
    customer.contract_on = None if random.random() < 0.08 else since - timedelta(days=random.randint(0, 20))
    customer.checked_on = start + timedelta(days=random.randint(-200, 700)) if random.random() < 0.92 else None
    return customer


def _form_groups(random: Random, customers: list[Customer]) -> None:
    """Parent groups, some across companies; in some of them the parent pays for all. One sister per company."""
    domestic = [customer for customer in customers if customer.currency == customer.spec.currency]
    for number, group in enumerate(names.GROUPS):
        members = random.sample(domestic, random.randint(2, 5))
        for member in members:
            if not member.group_id:
                member.group_id = f"G{number + 1:02}"
                member.payer_name = f"{group} S.A." if number % 3 == 0 else ""
    for place, spec in enumerate(COMPANIES):
        sister = COMPANIES[(place + 1) % len(COMPANIES)]
        own = [customer for customer in domestic if customer.spec is spec and customer.segment == "B"][5]
        own.name, own.is_intercompany, own.unlimited, own.payer = sister.name, True, True, "month_end"
        own.group_id, own.payer_name, own.email = "ANDINO", "", "tesoreria@andino.example.com"
    for customer in domestic[8::60]:
        customer.unlimited = True


def _plant(random: Random, customers: list[Customer], start: date, until: date) -> None:
    """Choose where the policy will be broken, and from when; what follows is derived by the oracle."""
    days = (until - start).days
    active = [c for c in customers if not c.unlimited and c.since < start and c.per_day > 0.01]
    limits = [c for c in active if c.segment in "AB" and c.payer in ("punctual", "late", "month_end", "erratic")]
    for number, customer in enumerate(random.sample(limits, min(len(limits), max(12, len(limits) // 12)))):
        customer.planted_limit = "cut_and_raised" if number % 3 == 2 else "cut"
        span = (0.35, 0.75) if number % 3 == 2 else (0.6, 0.95)
        customer.planted_from = start + timedelta(days=round(days * random.uniform(*span)))
    no_credit = [c for c in active if c.segment == "C" and c.payer == "punctual" and not c.pays_advances]
    for customer in random.sample(no_credit, 2):
        customer.planted_limit, customer.planted_from = "no_credit", start
    slow = [c for c in active if c.payer in ("bad", "deteriorating") and c.per_day > 0.015]
    for number, customer in enumerate(random.sample(slow, min(len(slow), max(12, len(slow) // 3)))):
        customer.planted_hold = "late" if number % 3 == 2 else "never"
        customer.planted_from = customer.planted_from or start + timedelta(days=round(days * random.uniform(0.3, 0.8)))
