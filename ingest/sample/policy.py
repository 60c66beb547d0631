"""The demo group's credit policy: the one place for its parameters.

The policies.yml of the demo is written from here and the known truth is derived with the same numbers, so the two
cannot drift apart.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

VALID_FROM = date(2024, 7, 1)

# R07: exposure over the limit in force; shares of the limit.
R07_TOLERANCE = Decimal("0")
R07_HARD = Decimal("0.20")

# R11: days past due of the oldest item at which a hold is due, by segment.
R11_DAYS_BY_SEGMENT = {"A": 60, "B": 45, "C": 15}
R11_DEFAULT_DAYS = 45
R11_GRACE_BUSINESS_DAYS = 1
# Items below the floor don't count (late withholding certificates, cents), in the company's currency.
R11_FLOOR = {"MXN": Decimal("5000"), "COP": Decimal("1000000"), "CLP": Decimal("250000")}

# Who may approve a limit, by its value in US dollars (R08).
AUTHORITY = (
    (Decimal(10_000), "analista.credito"),
    (Decimal(50_000), "gerente.credito"),
    (Decimal(250_000), "director.finanzas"),
    (None, "comite.credito"),
)


def approver(limit_in_usd: Decimal) -> str:
    """The lowest role whose authority covers a limit of this value."""
    for ceiling, role in AUTHORITY:
        if ceiling is None or limit_in_usd <= ceiling:
            return role
    raise AssertionError("the last authority has no ceiling")
