"""The tie-out in words and figures: one line for the strip, and by company and account behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data.companies import closing_rates
from dashboards.domain.assemble import Totals
from dashboards.domain.numbers import ABSENT
from dashboards.ui import address, tables
from dashboards.ui.frame import Frame
from dashboards.ui.texts import plain


@dataclass(frozen=True, slots=True)
class Tie:
    """How one company stands against its ledger: `state` is ties, explained, differs or no_ledger."""

    company: str
    accounts: tuple[str, ...]
    subledger: Decimal
    ledger: Decimal | None
    difference: Decimal | None
    unexplained: Decimal | None
    state: str


def ties_of(rows: Sequence[dict[str, Any]], tolerance: Decimal) -> tuple[Tie, ...]:
    """One Tie per company from its accounts; a company with an account nobody gave a balance for has no ledger."""
    found = []
    for company in sorted({row["company"] for row in rows}):
        own = [row for row in rows if row["company"] == company]
        subledger = sum((row["subledger_base"] or Decimal(0) for row in own), Decimal(0))
        accounts = tuple(row["account"] for row in own if row["account"])
        if any(row["gl_balance"] is None for row in own):
            found.append(Tie(company, accounts, subledger, None, None, None, "no_ledger"))
            continue
        ledger = sum((row["gl_balance"] for row in own), Decimal(0))
        difference = sum((row["difference"] for row in own), Decimal(0))
        unexplained = sum((row["unexplained"] or Decimal(0) for row in own), Decimal(0))
        # account by account: two differences that cancel out are still two differences
        if all(abs(row["difference"]) <= tolerance for row in own):
            state = "ties"
        else:
            state = "explained" if all(abs(row["unexplained"] or 0) <= tolerance for row in own) else "differs"
        found.append(Tie(company, accounts, subledger, ledger, difference, unexplained, state))
    return tuple(found)


def equation(whole: Totals, ties: Sequence[Tie], frame: Frame) -> str:
    """`Tramos − sin aplicar = partidas abiertas = contabilidad · diferencia`, as Markdown."""
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    sign = "−" if whole.unapplied < 0 else "+"
    parts = [
        f"{texts('strip.buckets')} **{formats.short(whole.gross)}**",
        f"{sign} {texts('strip.unapplied')} **{formats.short(abs(whole.unapplied))}**",
        f"= {texts('strip.open_items')} **{currency} {formats.short(whole.open_items)}**",
    ]
    if len(ties) == 1 and ties[0].ledger is not None:
        tie = ties[0]
        account = (
            texts("strip.account", accounts=plain(tie.accounts[0]))
            if len(tie.accounts) == 1
            else texts("strip.accounts_n", n=len(tie.accounts))
        )
        parts.append(f"= {account} **{formats.short(tie.ledger)}**")
        parts.append(f"· {texts('strip.difference')} **{frame.books.exact(tie.difference, currency)}**")
    elif len(ties) > 1:
        given = [tie for tie in ties if tie.ledger is not None]
        converted = _converted(ties, frame)
        if converted is not None:
            ledger, difference = converted
            parts.append(f"= {texts('strip.ledger_sum')} **{formats.short(ledger)}**")
            parts.append(f"· {texts('strip.difference')} **{formats.exact(difference, currency)}**")
        if given:
            good = sum(tie.state == "ties" for tie in given)
            parts.append(f"· **{texts('strip.group_ties', ties=good, n=len(given))}**")
        if len(given) < len(ties):
            parts.append(f"· {texts('strip.without_ledger', n=len(ties) - len(given))}")
    return " ".join(parts)


def _converted(ties: Sequence[Tie], frame: Frame) -> tuple[Decimal, Decimal] | None:
    """Ledger and difference of the group at the day's closing rates; None when a company has no ledger or no rate.

    The difference adds sizes: what one company has too much never hides what another lacks.
    """
    rates = closing_rates(frame.path, frame.scope.codes, frame.currency, frame.as_of)
    ledger, difference = Decimal(0), Decimal(0)
    for tie in ties:
        rate = rates.get(tie.company)
        if tie.ledger is None or tie.difference is None or rate is None:
            return None
        ledger += tie.ledger * rate
        difference += abs(tie.difference) * rate
    return ledger, difference


def detail(rows: Sequence[dict[str, Any]], frame: Frame) -> None:
    """Sub-ledger, ledger and difference by company and account, each in its own currency, with the reasons."""
    texts, formats = frame.texts, frame.books
    st.markdown(f"**{texts('strip.detail_title', day=formats.day(frame.as_of))}**")
    keys = ["subledger_base", "gl_balance", "difference"]
    labels = ["strip.accounts", "strip.subledger", "strip.gl", "strip.difference"]
    if any(row["difference"] for row in rows):
        keys.append("unexplained")
        labels.append("strip.unexplained")
    lines = []
    for company in frame.scope.companies:
        own = [row for row in rows if row["company"] == company.code]
        for row in own:
            amounts = [formats.money(row[key], company.currency) for key in keys]
            lines.append(_tie_line(row["account"] or ABSENT, company.name, amounts))
        if len(own) > 1:
            sums = [_sum_of([row[key] for row in own]) for key in keys]
            amounts = [formats.money(amount, company.currency) for amount in sums]
            lines.append(_tie_line(texts("strip.subtotal"), company.name, amounts, "strong"))
    tables.plain_table([texts(label).capitalize() for label in labels], lines, on_phone="stack")
    for row in rows:
        for reason, amount, given in explanations(row["explained"]):
            words = texts.known(f"tie.{reason}", plain(reason.replace("_", " ")))
            money = "" if amount is None else formats.money(amount, frame.scope.company(row["company"]).currency)
            day = address.day_of(given)
            more = texts("strip.last_given", day=formats.day(day)) if day else plain(given)
            said = " · ".join(part for part in (words, money, more) if part)
            st.caption(f"{plain(row['company'])} {plain(row['account'] or '')}: {said}")


def _tie_line(account: str, company: str, amounts: Sequence[str], kind: str = "") -> list[tables.Cell]:
    figures = [tables.Cell(amount, kind=f"number {kind}".strip()) for amount in amounts]
    return [tables.Cell(account, kind=kind, under=company), *figures]


def _sum_of(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def explanations(explained: str | None) -> list[tuple[str, Decimal | None, str]]:
    """(reason, amount, detail) of the JSON text of `tie_out.explained`; an amount nobody can say is None."""
    try:
        found = json.loads(explained or "[]", parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return []
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [
        (
            str(row.get("reason") or ""),
            None if row.get("amount") is None else Decimal(str(row["amount"])),
            str(row.get("detail") or ""),
        )
        for row in rows
    ]
