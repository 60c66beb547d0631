"""The tie-out in words and figures: one line for the strip, and by company and account behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import trust
from dashboards.data.companies import closing_rates
from dashboards.domain.assemble import Totals
from dashboards.domain.numbers import ABSENT
from dashboards.domain.scope import CompanyName
from dashboards.ui import address, tables
from dashboards.ui.frame import Frame
from dashboards.ui.texts import Texts, plain

ROWS_OF_A_REASON = 5


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


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of `tie_out.explained`; an amount nobody can say is None, and so is a count of nothing."""

    code: str
    amount: Decimal | None
    count: int | None
    detail: str


def ties_of(rows: Sequence[dict[str, Any]], tolerance: Callable[[str], Decimal]) -> tuple[Tie, ...]:
    """One Tie per company from its accounts; a company with an account nobody gave a balance for has no ledger.

    `tolerance` gives what a company's accounts may be off, in its own currency.
    """
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
        allowed = tolerance(company)
        # account by account: two differences that cancel out are still two differences
        if all(abs(row["difference"]) <= allowed for row in own):
            state = "ties"
        else:
            state = "explained" if all(abs(row["unexplained"] or 0) <= allowed for row in own) else "differs"
        found.append(Tie(company, accounts, subledger, ledger, difference, unexplained, state))
    return tuple(found)


def tolerance_in(frame: Frame) -> Callable[[str], Decimal]:
    """What each company of the view may be off its ledger, by cartera.yml."""
    return lambda company: frame.settings.tie_out.tolerance_of(frame.scope.company(company).currency)


def earlier(frame: Frame, ties: Sequence[Tie]) -> list[str]:
    """For companies whose ledger was not given for the day: how they stood when it last was, as Markdown lines."""
    texts = frame.texts
    missing = tuple(tie.company for tie in ties if tie.ledger is None)
    lines = []
    by_day: dict[date, list[str]] = {}
    for code, day in trust.last_ledger_days(frame.path, missing, frame.as_of).items():
        by_day.setdefault(day, []).append(code)
    for day, codes in sorted(by_day.items(), reverse=True):
        rows = trust.tie_out(frame.path, tuple(sorted(codes)), day).to_pylist()
        for tie in ties_of(rows, tolerance_in(frame)):
            if tie.difference is None or tie.unexplained is None:
                continue
            company = frame.scope.company(tie.company)
            words = texts(
                f"strip.earlier.{tie.state}",
                company=plain(company.name),
                day=frame.books.day(day),
                difference=frame.books.money(tie.difference, company.currency),
                unexplained=frame.books.money(tie.unexplained, company.currency),
            )
            lines.append(f":orange[:material/warning:] {words}" if tie.state == "differs" else words)
    return lines


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
    """Sub-ledger, ledger and difference by company and account, each in its own currency; what explains it."""
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
        under = f"{company.name} · {company.currency}"
        for row in own:
            amounts = [formats.exact(row[key], company.currency) for key in keys]
            lines.append(_tie_line(row["account"] or ABSENT, under, amounts))
        if len(own) > 1:
            sums = [_sum_of([row[key] for row in own]) for key in keys]
            amounts = [formats.exact(amount, company.currency) for amount in sums]
            lines.append(_tie_line(texts("strip.subtotal"), under, amounts, "strong"))
    tables.plain_table([texts(label).capitalize() for label in labels], lines, on_phone="stack")
    for company in frame.scope.companies:
        for row in rows:
            reasons = explanations(row["explained"])
            if row["company"] == company.code and (reasons or row["difference"]):
                _bridge(row, company, reasons, frame)


def _bridge(row: dict[str, Any], company: CompanyName, reasons: Sequence[Reason], frame: Frame) -> None:
    """From the ledger to the sub-ledger, reason by reason, as a controller writes it; then the rows behind."""
    texts = frame.texts
    account = texts("strip.account", accounts=plain(row["account"] or ABSENT))
    st.markdown(f"**{texts('tie.bridge', account=account)}** · {plain(company.name)}")
    told = [reason for reason in reasons if reason.amount is not None]
    if row["difference"] is not None:
        lines = [_step(texts("tie.ledger"), "", row["gl_balance"], company, frame)]
        lines += [
            _step(_word(texts, reason.code), _meaning(reason, frame), reason.amount, company, frame) for reason in told
        ]
        lines.append(_rest(row["unexplained"], company, frame))
        lines.append(_step(texts("tie.subledger"), "", row["subledger_base"], company, frame))
        headings = [texts("tie.step"), texts("tie.amount", currency=company.currency)]
        tables.plain_table(headings, lines, total=True)
    for reason in reasons:
        if reason.amount is None:
            st.caption(_note(reason, frame))
    if told:
        _rows_behind(row, [reason.code for reason in told], company, frame)


def _rest(unexplained: Decimal, company: CompanyName, frame: Frame) -> list[tables.Cell]:
    """What no reason carries, and how much may be left; marked when it is more."""
    texts, allowed = frame.texts, tolerance_in(frame)(company.code)
    over = abs(unexplained) > allowed
    words = texts(
        "tie.over_tolerance" if over else "tie.tolerance", amount=frame.books.exact(allowed, company.currency)
    )
    return _step(texts("tie.rest"), words, unexplained, company, frame, "bad" if over else "")


def _step(
    label: str, under: str, amount: Decimal | None, company: CompanyName, frame: Frame, kind: str = ""
) -> list[tables.Cell]:
    return [
        tables.Cell(label, under=under),
        tables.Cell(frame.books.exact(amount, company.currency), kind=f"number {kind}".strip()),
    ]


def _rows_behind(row: dict[str, Any], reasons: Sequence[str], company: CompanyName, frame: Frame) -> None:
    """The largest rows of each reason, the reasons in the order they are named above."""
    texts, formats = frame.texts, frame.books
    found = trust.tie_out_rows(frame.path, (company.code,), frame.as_of, ROWS_OF_A_REASON).to_pylist()
    own = [
        each for reason in reasons for each in found if (each["account"], each["reason"]) == (row["account"], reason)
    ]
    if not own:
        return
    st.caption(texts("tie.rows", n=ROWS_OF_A_REASON))
    tables.plain_table(
        [texts("tie.row"), texts("tie.reason"), texts("tie.date"), texts("tie.amount", currency=company.currency)],
        [
            [
                tables.Cell(each["number"] or each["subject"], under=_whose(each, frame)),
                tables.Cell(_word(texts, each["reason"])),
                tables.Cell(formats.day(each["date"]) if each["date"] else ABSENT),
                tables.Cell(formats.exact(each["explains_base"], company.currency), kind="number"),
            ]
            for each in own
        ],
        on_phone="stack",
    )


def _whose(each: dict[str, Any], frame: Frame) -> str:
    if each["source_line"] is not None:
        return frame.texts("tie.file_line", file=each["file_name"], line=each["source_line"])
    if each["kind"] == "bank_line":
        return frame.texts("tie.bank_account", account=each["file_name"])
    return each["customer_name"] or ""


def _word(texts: Texts, code: str) -> str:
    return texts.known(f"tie.{code}", code.replace("_", " "))


def _meaning(reason: Reason, frame: Frame) -> str:
    """What the reason says, and of how many rows."""
    words = frame.texts.known(f"tie.{reason.code}.means", "")
    count = frame.texts("tie.count", n=frame.formats.number(reason.count)) if reason.count else ""
    return " · ".join(part for part in (words, count) if part)


def _note(reason: Reason, frame: Frame) -> str:
    """A reason without an amount: what nobody can say in money."""
    texts = frame.texts
    day = address.day_of(reason.detail)
    more = texts("strip.last_given", day=frame.books.day(day)) if day else _meaning(reason, frame)
    return plain(" · ".join(part for part in (_word(texts, reason.code).capitalize(), more) if part))


def _tie_line(account: str, under: str, amounts: Sequence[str], kind: str = "") -> list[tables.Cell]:
    figures = [tables.Cell(amount, kind=f"number {kind}".strip()) for amount in amounts]
    return [tables.Cell(account, kind=kind, under=under), *figures]


def _sum_of(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def explanations(explained: str | None) -> list[Reason]:
    """The reasons of the JSON text of `tie_out.explained`; what is no such list gives none."""
    try:
        found = json.loads(explained or "[]", parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return []
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [
        Reason(
            code=str(row.get("reason") or ""),
            amount=None if row.get("amount") is None else Decimal(str(row["amount"])),
            count=None if row.get("count") is None else int(row["count"]),
            detail=str(row.get("detail") or ""),
        )
        for row in rows
    ]
