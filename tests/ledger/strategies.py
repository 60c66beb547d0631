"""How a random book comes about: documents of every type, what settles them, and what was recorded later.

Small on purpose: two to eight documents of one to three customers, in which every rule meets every other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from ledger.records import (
    ZERO,
    Application,
    Book,
    Customer,
    Dispute,
    Document,
    Instalment,
    Rate,
    minor_units,
    rounded,
)

FIRST = date(2025, 1, 6)
LAST = date(2025, 6, 30)
CURRENCIES = ("MXN", "USD", "CLP", "KWD")
TYPES = (
    ["invoice"] * 8
    + ["receipt"] * 6
    + ["credit_note"] * 2
    + ["journal"] * 2
    + ["debit_note", "refund", "interest"]
    + ["write_off", "discount", "withholding", "revaluation"]
)
# No rate before February, none for CLP in KWD: what has no rate has no value, and says so.
RATES = tuple(
    Rate(date.fromisoformat(day), currency, base, Decimal(rate))
    for day, currency, base, rate in (
        ("2025-02-01", "USD", "MXN", "18.1234567891"),
        ("2025-04-10", "USD", "MXN", "19.005"),
        ("2025-02-01", "USD", "CLP", "951.5"),
        ("2025-03-31", "USD", "KWD", "0.3065"),
        ("2025-02-01", "CLP", "MXN", "0.0195"),
        ("2025-05-01", "KWD", "MXN", "61.2345675"),
        ("2025-01-01", "MXN", "CLP", "48.75"),
        ("2025-01-01", "KWD", "CLP", "3107.25"),
        ("2025-01-01", "MXN", "KWD", "0.0151255"),
    )
)
UNKNOWN_DOCUMENT, UNKNOWN_INSTALMENT = "GHOST", 99
_BOOLEANS = st.booleans()
Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class Kind:
    """What sort of books these are. Plain ones keep to one customer and one currency, where what is owed can't depend
    on the date rule; recorded ones say when each row was recorded, and correct some later.
    """

    base: str
    is_plain: bool
    is_recorded: bool

    @property
    def currencies(self) -> list[str]:
        others = [] if self.is_plain else [code for code in CURRENCIES if code != self.base]
        return [self.base] * 4 + others


@st.composite
def books(draw: st.DrawFn) -> Book:
    kind = Kind(_choose(draw, ["MXN", "MXN", "CLP", "KWD"]), draw(_BOOLEANS), draw(_BOOLEANS))
    histories: list[list[Document]] = []
    instalments: list[Instalment] = []
    for number in range(draw(st.integers(2, 8))):
        document = _document(draw, f"D{number}", kind)
        parts = _instalments(draw, document)
        instalments += parts
        histories.append(_versions(draw, document, kind) if kind.is_recorded else [document])
    histories = _cleared(draw, histories, instalments, kind)
    current = [history[-1] for history in histories]
    applications = _applications(draw, current, instalments)
    if kind.is_recorded:
        applications = [version for application in applications for version in _rerecorded(draw, application)]
    return Book(
        company="",
        base_currency=kind.base,
        documents=tuple(version for history in histories for version in history),
        instalments=tuple(instalments),
        applications=tuple(applications),
        disputes=tuple(_disputes(draw, current)),
        customers=(Customer("C1"), Customer("C2", is_intercompany=draw(_BOOLEANS))),
        rates=RATES,
    )


# Strategies are kept and helpers draw by themselves: making a strategy anew costs more than drawing from it.
@cache
def _up_to(last: int) -> st.SearchStrategy[int]:
    return st.integers(0, last)


def _choose(draw: st.DrawFn, values: Sequence[Chosen]) -> Chosen:
    return values[draw(_up_to(len(values) - 1))]


@cache
def _days(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    return st.dates(first, last)


@cache
def _money(currency: str, largest: int = 5_000) -> st.SearchStrategy[Decimal]:
    places = minor_units(currency)
    return st.integers(1, largest * 10**places).map(lambda units: Decimal(units).scaleb(-places))


@cache
def _one_in(count: int) -> st.SearchStrategy[bool]:
    return st.integers(1, count).map(lambda number: number == count)


def _document(draw: st.DrawFn, document_id: str, kind: Kind, before: Document | None = None) -> Document:
    """Any document, or a corrected version of one: its type and currency stay, but for a correction in eight."""
    stays = before is not None and not draw(_one_in(8))
    is_base_only = before is not None and before.is_base_only  # a row is about base currency only, or never
    document_type = before.document_type if before and (stays or is_base_only) else _choose(draw, TYPES)
    if before and not is_base_only and document_type == "revaluation":
        document_type = "invoice"
    currency = before.currency if before and (stays or is_base_only) else _choose(draw, kind.currencies)
    issued = draw(_days())
    amount, base_amount = draw(_money(currency)), None
    if draw(_one_in(12)):
        amount += Decimal("0.0037")  # more decimals than the currency has
    if document_type == "journal" and draw(_BOOLEANS):
        amount = -amount
    if document_type == "revaluation":
        base_amount = draw(_money(kind.base, 300)) * _choose(draw, [1, -1])
        amount = ZERO
    status = _choose(draw, ["posted"] * 7 + ["draft", "cancelled", "cancelled"])
    # an opening balance has the due date it has had all along
    due_after = st.integers(-400, 0) if document_type == "journal" else st.integers(-3, 100)
    return Document(
        document_id=document_id,
        document_type=document_type,
        issue_date=issued,
        currency=currency,
        amount=amount,
        base_amount=base_amount,
        customer_id="C1" if kind.is_plain else _choose(draw, ["C1", "C1", "C1", "C2", None]),
        due_date=draw(st.none() | due_after.map(lambda days: issued + timedelta(days=days))),
        fx_rate=draw(st.none() | st.integers(1, 60_000_000).map(lambda units: Decimal(units).scaleb(-6)))
        if currency != kind.base
        else None,
        status=status,
        cancelled_on=draw(_days(issued, LAST)) if status == "cancelled" else None,
        cancel_mode=_choose(draw, [None, "reverse", "erase"]) if status == "cancelled" else None,
        receivable_account=_choose(draw, [None, "1105", "1106"]),
        linked_document_id=_choose(draw, [None, None, "D0", "D1", UNKNOWN_DOCUMENT]),
        is_ceded=_choose(draw, [None, None, False, True]),
    )


def _instalments(draw: st.DrawFn, document: Document) -> list[Instalment]:
    """Parts that sum to the document, but for one plan in ten."""
    unit = Decimal(1).scaleb(-minor_units(document.currency))
    count = _choose(draw, [0, 0, 2, 2, 3, 4])
    units = int(abs(document.amount) / unit)
    # of a few cents one part alone could be the whole, to the cent, once the document is corrected
    if (document.sign < 0 and draw(_BOOLEANS)) or count == 0 or units < 100:
        return []
    sign = -1 if document.amount < 0 else 1
    if draw(_BOOLEANS):
        edges = [units * part // count for part in range(1, count)]  # equal parts, where shares of a cent are ties
    else:
        edges = sorted(draw(st.sets(st.integers(1, units - 1), min_size=count - 1, max_size=count - 1)))
    sizes = [(after - before) * unit for before, after in zip([0, *edges], [*edges, units], strict=True)]
    # mostly to the cent; some miss it by less than half of one, as rounded thirds do, some by all of one
    missed = _choose(draw, [ZERO] * 8 + [unit / 4, unit])
    sizes[-1] += abs(document.amount) - sum(sizes) - rounded(missed, 4)
    dues = [document.issue_date + timedelta(days=draw(_up_to(120))) for _ in sizes]
    return [
        Instalment(document.document_id, number, due, sign * size)
        for number, (due, size) in enumerate(zip(dues, sizes, strict=True), start=1)
    ]


def _versions(draw: st.DrawFn, document: Document, kind: Kind) -> list[Document]:
    """The document as first recorded and as corrected later; mostly the amount stays."""
    moments = _moments(draw)
    history = [replace(document, recorded_at=moments[0])]
    for moment in moments[1:]:
        again = _document(draw, document.document_id, kind, document)
        if again.document_type == document.document_type and not draw(_one_in(4)):
            again = replace(again, amount=document.amount)
        history.append(replace(again, recorded_at=moment))
    return history


def _moments(draw: st.DrawFn) -> list[datetime]:
    days = draw(st.sets(st.integers(0, 190), min_size=1, max_size=3))
    clock = _choose(draw, [time(0), time(9, 30), time(23, 59, 59, 999999)])
    return [datetime.combine(FIRST + timedelta(days=day), clock) for day in sorted(days)]


def _cleared(
    draw: st.DrawFn, histories: list[list[Document]], instalments: list[Instalment], kind: Kind
) -> list[list[Document]]:
    """Put some documents into clearing groups: some that net to zero, some that leave something over."""
    free = list(range(len(histories)))
    with_parts = {part.document_id for part in instalments}
    for number in range(_choose(draw, [0, 0, 1, 1, 1, 2])):
        if len(free) < 2:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=2, max_size=min(5, len(free)), unique=True))
        free = [index for index in free if index not in members]
        if draw(_BOOLEANS):
            _let_it_net(histories, members, with_parts)
        of_group = draw(st.none() | _days())
        for index in members:
            cleared_on = of_group if not draw(_one_in(10)) else None
            # a corrected row may have joined with its correction, or have left with it
            first, last = _choose(draw, [(0, None), (0, None), (-1, None), (0, 1)])
            span = range(len(histories[index]))[first:last]
            histories[index] = [
                replace(version, clearing_group=f"G{number}", cleared_on=cleared_on) if place in span else version
                for place, version in enumerate(histories[index])
            ]
    return histories


def _let_it_net(histories: list[list[Document]], members: list[int], with_parts: set[str]) -> None:
    """Change the amount of one member so that the last versions of all sum to zero, where one can."""
    last = [histories[index][-1] for index in members]
    if len({document.currency for document in last}) > 1:
        return
    total = sum((document.sign * abs(document.amount) for document in last), ZERO)
    for index, document in zip(members, last, strict=True):
        other = -document.sign * (total - document.sign * abs(document.amount))
        if other > 0 and not document.is_base_only and document.document_id not in with_parts:
            amount = -other if document.amount < 0 else other
            histories[index] = [*histories[index][:-1], replace(document, amount=amount)]
            return


def _applications(draw: st.DrawFn, documents: list[Document], instalments: list[Instalment]) -> list[Application]:
    made: list[Application] = []
    for number in range(draw(_up_to(9))):
        if made and draw(_up_to(4)) == 0:
            made.append(_undone(draw, _choose(draw, made), f"A{number}"))
            continue
        source, target = _pair(draw, documents)
        parts = [part.instalment_no for part in instalments if part.document_id == target.document_id]
        amount = _applied_amount(draw, source, target)
        # a second amount says something between two currencies only, and is given elsewhere, too
        tells_both = draw(_one_in(20)) if source.currency == target.currency else not draw(_one_in(4))
        made.append(
            Application(
                application_id=f"A{number}",
                from_document_id=source.document_id,
                to_document_id=_choose(draw, [target.document_id] * 30 + [UNKNOWN_DOCUMENT]),
                applied_on=draw(_days()),
                amount=amount,
                from_amount=draw(_money(source.currency)) if tells_both else None,
                to_instalment_no=_choose(draw, [None] * len(parts) + parts * 5 + [UNKNOWN_INSTALMENT])
                if parts
                else None,
                spread=_choose(draw, [None, "fifo", "pro_rata", "pro_rata"]) if parts else None,
            )
        )
    return made


def _pair(draw: st.DrawFn, documents: list[Document]) -> tuple[Document, Document]:
    """Mostly a credit onto a debit, mostly of the same customer and currency, sometimes any onto any other."""
    credits = [document for document in documents if document.sign < 0]
    debits = [document for document in documents if document.sign > 0 and not document.is_base_only]
    if credits and debits and draw(_up_to(3)) > 0:
        target = _choose(draw, debits)
        alike = [
            document
            for document in credits
            if (document.customer_id, document.currency) == (target.customer_id, target.currency)
        ]
        return _choose(draw, alike if alike and draw(_up_to(3)) > 0 else credits), target
    first, second = draw(st.permutations(documents))[:2]
    return first, second


def _applied_amount(draw: st.DrawFn, source: Document, target: Document) -> Decimal:
    whole = abs(target.amount)
    part = _choose(draw, [whole, whole, abs(source.amount), whole / 2, whole / 3, whole * 3 / 2, None])
    places = minor_units(target.currency)
    amount = draw(_money(target.currency)) if part is None else part if part == whole else rounded(part, places)
    return amount or Decimal(1).scaleb(-places)


def _undone(draw: st.DrawFn, application: Application, application_id: str) -> Application:
    later = application.applied_on + timedelta(days=draw(_up_to(30)))
    return replace(
        application,
        application_id=application_id,
        applied_on=min(later, LAST),
        amount=-application.amount,
        from_amount=None if application.from_amount is None else -application.from_amount,
    )


def _rerecorded(draw: st.DrawFn, application: Application) -> list[Application]:
    """The application as first recorded and as corrected later."""
    moments = _moments(draw)
    history = [replace(application, recorded_at=moments[0])]
    history += [replace(application, recorded_at=moment, applied_on=draw(_days())) for moment in moments[1:]]
    return history


def _disputes(draw: st.DrawFn, documents: list[Document]) -> list[Dispute]:
    found = []
    for number in range(draw(_up_to(2))):
        opened = draw(_days())
        resolved = draw(st.none() | _days(opened, LAST))
        found.append(Dispute(f"X{number}", _choose(draw, documents).document_id, opened, resolved))
    return found
