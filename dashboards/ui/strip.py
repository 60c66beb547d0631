"""Always on screen: does it tie to the ledger, how old is the data, was the last refresh refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import overview, trust
from dashboards.data.companies import closing_rates
from dashboards.data.published import LastRefresh, pulse
from dashboards.domain.assemble import Totals, totals_of
from dashboards.domain.numbers import ABSENT, Formats, elapsed
from dashboards.domain.scope import Scope
from dashboards.ui import address, tables
from dashboards.ui.frame import Frame
from dashboards.ui.texts import Texts, plain
from orchestration.clock import Clock

LOOK_EVERY_SECONDS = 5
SOURCES_SHOWN = 4


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


def banner(refresh: LastRefresh | None, texts: Texts, formats: Formats, time_zone: str) -> None:
    """Says that the page shows the last good publication because a later refresh did not get through."""
    if refresh is None or not refresh.is_bad:
        return
    words = texts(f"banner.{refresh.status}", at=formats.moment(refresh.at, time_zone))
    reason = refresh.reason.get(texts.language) or texts("banner.no_reason")
    st.warning(f"**{words}** {plain(reason)}", icon=":material/warning:")


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def watch(published_dir: Any, ops_dir: Any, seen: tuple[str, ...]) -> None:
    """Looks at two small files; when another publication is there the page is drawn anew, filters and scroll kept."""
    if pulse(published_dir, ops_dir) != seen:
        st.rerun(scope="app")


def strip(frame: Frame) -> None:
    """The tie-out strip of the whole scope (segments are not known to a ledger)."""
    texts, formats, currency = frame.texts, frame.formats, frame.currency
    whole = totals_of(overview.totals(frame.path, frame.scope.codes, currency, frame.as_of, None).to_pylist())
    rows = trust.tie_out(frame.path, frame.scope.codes, frame.as_of).to_pylist()
    ties = ties_of(rows, frame.settings.tie_out.tolerance)
    with st.container(border=True, key="card_strip", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _badge(ties, whole.gaps, frame)
            if rows:
                with st.popover(texts("strip.detail"), icon=":material/receipt_long:", type="tertiary"):
                    _detail(rows, frame)
        if not frame.is_unrated:
            st.markdown(_equation(whole, ties, frame))
        _notes(whole, frame)
        _ages(frame.path, frame.clock, texts, formats, frame)


def _badge(ties: Sequence[Tie], gaps: Sequence[tuple[str, Decimal]], frame: Frame) -> None:
    texts = frame.texts
    states = {tie.state for tie in ties}
    if gaps:
        amounts = ", ".join(frame.books.money(gap, frame.scope.company(company).currency) for company, gap in gaps)
        st.badge(texts("strip.inner_gap", amount=amounts), icon=":material/error:", color="red")
    elif "differs" in states:
        st.badge(texts("strip.differs"), icon=":material/error:", color="red")
    elif "explained" in states:
        st.badge(texts("strip.explained"), icon=":material/info:", color="orange")
    elif not ties or "no_ledger" in states:
        st.badge(texts("strip.no_ledger"), icon=":material/help:", color="gray")
    else:
        st.badge(texts("strip.ties"), icon=":material/check_circle:", color="green")


def _equation(whole: Totals, ties: Sequence[Tie], frame: Frame) -> str:
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


def _detail(rows: Sequence[dict[str, Any]], frame: Frame) -> None:
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
        for reason, amount, detail in explanations(row["explained"]):
            words = texts.known(f"tie.{reason}", plain(reason.replace("_", " ")))
            money = "" if amount is None else formats.money(amount, frame.scope.company(row["company"]).currency)
            day = address.day_of(detail)
            more = texts("strip.last_given", day=formats.day(day)) if day else plain(detail)
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


def _notes(whole: Totals, frame: Frame) -> None:
    texts, formats, scope = frame.texts, frame.formats, frame.scope
    if whole.apart:
        amounts = " · ".join(
            f"{plain(row['company_name'])} {formats.money(row['net'], row['currency'])}" for row in whole.apart
        )
        words = texts("strip.no_rate", amounts=amounts, currency=scope.currency, day=formats.day(frame.as_of))
        st.caption(f":orange[:material/warning:] {words}")
    if scope.is_group:
        rates = _rates(frame, scope)
        if rates:
            st.caption(texts("strip.rates", day=formats.day(frame.as_of), rates=rates))


def _rates(frame: Frame, scope: Scope) -> str:
    known = closing_rates(frame.path, scope.codes, scope.currency, frame.as_of)
    by_currency = {company.currency: known.get(company.code) for company in scope.companies}
    return " · ".join(
        f"1 {currency} = {frame.formats.number(rate, _rate_places(rate))} {scope.currency}"
        for currency, rate in sorted(by_currency.items())
        if rate is not None and currency != scope.currency
    )


def _rate_places(rate: Decimal) -> int:
    # five significant digits, so that a peso of Colombia in pesos of Mexico still says something; no idle zeros
    exponent = round(rate, max(4, 4 - rate.adjusted())).normalize().as_tuple().exponent if rate else 0
    return max(2, -exponent) if isinstance(exponent, int) else 2


def _ages(path: str, clock: Clock, texts: Texts, formats: Formats, frame: Frame) -> None:
    rows = trust.data_health(path).to_pylist()
    zone = frame.settings.time_zone
    parts = [_age(row, clock, texts) for row in rows[:SOURCES_SHOWN]]
    if len(rows) > SOURCES_SHOWN:
        parts.append(texts("age.more", n=len(rows) - SOURCES_SHOWN))
    parts.append(texts("strip.publication", id=plain(frame.publication.id[:8])))
    published = texts(
        "strip.published",
        moment=formats.moment(frame.publication.built_at, zone),
        day=formats.day(frame.publication.as_of),
    )
    lines = [published, ""] + [
        f"- {plain(row['source'])}: {formats.moment(row['last_loaded_at'], zone)} · {plain(row['last_file'] or '')}"
        for row in rows
    ]
    st.caption(" · ".join(parts), help="\n".join(lines))


def _age(row: dict[str, Any], clock: Clock, texts: Texts) -> str:
    source = plain(row["source"])
    if row["last_loaded_at"] is None:
        return texts("age.never", source=source)
    unit, count = elapsed(row["last_loaded_at"], clock.now())
    words = texts(f"age.{unit}", source=source, n=count)
    if row["checks_failed"]:
        words = f":orange[:material/warning: {words} · {texts('strip.failed_checks', n=row['checks_failed'])}]"
    return words
