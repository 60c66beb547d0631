"""Amounts inside the simulator: whole numbers of minor units, so that no cent is ever lost or invented."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINOR_PLACES = {"MXN": 2, "USD": 2, "COP": 2, "CLP": 0}
ONE = Decimal(1)


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount as it stands in a file: 12345 minor units of MXN are 123.45."""
    return Decimal(minor).scaleb(-MINOR_PLACES[currency])


def convert(minor: int, currency: str, rate: Decimal, into: str) -> int:
    """`minor` units of `currency` at `rate`, in minor units of `into`, half a unit rounded away from zero."""
    if currency == into and rate == ONE:
        return minor
    amount = to_decimal(minor, currency) * rate
    return int(amount.scaleb(MINOR_PLACES[into]).quantize(ONE, rounding=ROUND_HALF_UP))


def share(minor: int, part: Decimal, step: int = 1) -> int:
    """A share of an amount, rounded to a multiple of `step` minor units, half away from zero."""
    return int((Decimal(minor) * part / step).quantize(ONE, rounding=ROUND_HALF_UP)) * step
