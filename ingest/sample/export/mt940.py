"""MT940: what the Mexican bank sends. One message a business day, 65 characters a line, capitals without accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap

from ingest.sample.export.rows import bank_code, payer_name
from ingest.sample.group import Statement
from ingest.sample.money import to_decimal
from ingest.sample.records import Payment

WIDTH = 65
DETAIL_LINES = 6
BIC = "BCMRMXMMXXXX"


def write_mt940(path: Path, statements: Iterable[Statement]) -> Path:
    """Write the statements one after another. The customer's reference of a line is the transfer's tracking key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii", newline="") as file:
        for statement in statements:
            file.write("\r\n".join(_message(statement)) + "\r\n")
    return path


def _message(statement: Statement) -> list[str]:
    currency, day = statement.bank.currency, f"{statement.day:%y%m%d}"
    lines = [
        f"{{1:F01{BIC}0000000000}}{{2:O940{BIC}N}}{{4:",
        f":20:{statement.id}",
        f":25:{statement.bank.number}",
        f":28C:{statement.number}/1",
        f":60F:{_balance(statement.opening, day, currency)}",
    ]
    for line in statement.lines:
        lines.append(_line(line, day, currency))
        lines.extend(_details(line))
    return [*lines, f":62F:{_balance(statement.closing, day, currency)}", "-}"]


def _balance(minor: int, day: str, currency: str) -> str:
    return f"{'D' if minor < 0 else 'C'}{day}{currency}{_amount(minor, currency)}"


def _amount(minor: int, currency: str) -> str:
    text = f"{to_decimal(abs(minor), currency):f}".replace(".", ",")
    return text if "," in text else f"{text},"


def _line(line: Payment, day: str, currency: str) -> str:
    mark = "RC" if line.kind == "reversal" else "D" if line.amount < 0 else "C"
    # the customer's reference holds the transfer's tracking key, as Mexican banks have it
    return f":61:{day}{day[2:]}{mark}{_amount(line.amount, currency)}N{bank_code(line.kind)}{line.id}//{line.id[-10:]}"


def _details(line: Payment) -> list[str]:
    """:86: as the bank fills it: the text the payer wrote, then who paid, from which account."""
    text = line.text
    if line.customer is not None and line.kind not in ("unidentified", "refund"):
        payer = line.customer
        text = f"{text} ORDENANTE {payer_name(payer)} CTA {payer.account}"
    lines = wrap(f":86:{swift(text) or 'SIN CONCEPTO'}", WIDTH, break_on_hyphens=False)
    return lines[:DETAIL_LINES]


def swift(text: str) -> str:
    """The text in SWIFT's set of characters; what isn't in it becomes a blank."""
    flat = unicodedata.normalize("NFD", text.upper())
    kept = "".join(
        letter if letter.isalnum() or letter in "/-?:().,'+ " else " " for letter in flat if letter.isascii()
    )
    return " ".join(kept.split())
