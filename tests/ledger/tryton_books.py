"""Invented books kept the way Tryton keeps them, written as Tryton exports them.

More of what is rare in a real extract: entries made late, moves posted after their date, exchange differences left in
draft, payments that bounce, write-offs either way, an account and a currency more, lines of nobody. The same seed gives
the same bytes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FIRST, LAST = date(2025, 1, 2), date(2025, 6, 30)
CENT = Decimal("0.01")
MONEY = {"USD": "US Dollar", "EUR": "Euro"}
TRADE, OTHER, REST = "1.2.1", "1.2.3", "4.1.1"
NAMES = {TRADE: "Accounts, Notes And Loans Receivable", OTHER: "Nontrade And Other Receivables", REST: "Goods"}
_LINE_HEADER = (
    "ID,Move/Number,Effective Date,Move/Period,Move/Journal,Account/Code,Account,Party/Code,Party,Maturity Date,Debit,"
    "Credit,Second Currency,Amount Second Currency,Reconciliation/Number,Reconciliation/Date,Move Origin,Origin,"
    "Invoice Payment/Number,Description,Move/State"
)
_INVOICE_HEADER = (
    "ID,Number,Reference,Type,Party/Code,Party,Invoice Date,Accounting Date,Payment Term,Currency,Untaxed,Tax,"
    "Total,State,Move/Number,Cancel Move/Number,Description"
)


@dataclass
class Move:
    """One entry of the books; a draft has neither number nor post date."""

    id: int
    day: date
    journal: str
    posted: date | None
    origin: str = ""

    @property
    def number(self) -> str:
        return f"M2025/{self.id:06}" if self.posted else ""


@dataclass
class Line:
    """One line of a move; `net` is debit less credit in the books' currency (MXN)."""

    id: int
    move: Move
    account: str
    party: str
    net: Decimal
    currency: str = ""
    foreign: Decimal | None = None
    maturity: date | None = None
    group: str = ""
    cleared_on: date | None = None
    description: str = ""
    # Tryton cancels a line by the same side, negative
    is_mirrored: bool = False


@dataclass
class Books:
    """Moves and lines in the order they were made."""

    seed: int
    moves: list[Move] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    groups: list[tuple[str, date, list[Line]]] = field(default_factory=list)
    invoices: list[dict[str, str]] = field(default_factory=list)

    def move(self, day: date, journal: str, posted: date | None, origin: str = "") -> Move:
        move = Move(len(self.moves) + 1, day, journal, posted, origin)
        self.moves.append(move)
        return move

    def line(self, move: Move, party: str, net: Decimal, account: str = TRADE, **more: object) -> Line:
        """A receivable line and, beside it, its other side."""
        line = Line(len(self.lines) + 1, move, account, party, net, **more)  # type: ignore[arg-type]
        other = Line(len(self.lines) + 2, move, REST, "", -net)
        self.lines += [line, other]
        return line

    def reconcile(self, lines: Sequence[Line], day: date, rng: random.Random) -> None:
        """Mark `lines` as settling each other, with an exchange difference where the books don't balance."""
        lines = list(lines)
        if rest := -sum((line.net for line in lines), Decimal(0)):
            move = self.move(day, "Currency Exchange", rng.choice((_settled_by(*lines), None)))
            lines.append(self.line(move, lines[0].party, rest, lines[0].account))
        number = str(len(self.groups) + 1)
        for line in lines:
            line.group, line.cleared_on = number, day
        self.groups.append((number, day, lines))


def invent(seed: int, n_invoices: int = 120) -> Books:
    """Half a year of a company's books."""
    rng, books = random.Random(seed), Books(seed)
    for number in range(12):
        move = books.move(FIRST, "Miscellaneous", FIRST)
        amount = _amount(rng, 100, 90_000) * (-1 if number % 4 == 3 else 1)
        party = "" if number == 5 else _party(rng)
        due = FIRST - timedelta(rng.randint(1, 120))
        opening = books.line(move, party, amount, maturity=due, description=f"Saldo inicial FAC-{number:04}")
        if amount > 0 and rng.random() < 0.5:
            day = FIRST + timedelta(rng.randint(3, 160))
            books.reconcile([opening, _receipt(books, rng, opening, day)], day, rng)
    for number in range(1, n_invoices + 1):
        _invoice_and_what_becomes_of_it(books, rng, number)
    return books


def at_evening(books: Books, evening: date) -> Books:
    """The same books as they stood that evening: what was posted later is a draft, or not there yet; a reconciliation
    is there once all it settles was posted.
    """
    moves = {
        move.id: move if move.posted and move.posted <= evening else replace(move, posted=None)
        for move in books.moves
        if (move.posted and move.posted <= evening) or (move.day <= evening and move.id % 2)
    }
    made = [
        group
        for group in books.groups
        if group[1] <= evening and all(line.move.posted is None or line.move.posted <= evening for line in group[2])
    ]
    # a difference left in draft comes with its reconciliation
    moves |= {line.move.id: line.move for _, _, lines in made for line in lines}
    numbers = {number for number, _, _ in made}
    unsettled = {line.move.id for number, _, lines in books.groups if number not in numbers for line in lines}
    differences = {move.id for move in books.moves if move.posted is None and move.journal == "Currency Exchange"}
    moves = {key: move for key, move in moves.items() if key not in unsettled & differences}
    lines = {
        line.id: replace(line, move=moves[line.move.id])
        if line.group in numbers
        else replace(line, move=moves[line.move.id], group="", cleared_on=None)
        for line in books.lines
        if line.move.id in moves
    }
    groups = [(number, day, [lines[line.id] for line in members]) for number, day, members in made]
    return Books(books.seed, sorted(moves.values(), key=lambda move: move.id), list(lines.values()), groups)


def _party(rng: random.Random) -> str:
    return str(rng.randint(1, 15))


def _amount(rng: random.Random, low: int, high: int) -> Decimal:
    return Decimal(rng.randint(low * 100, high * 100)) / 100


def rate_of(currency: str, day: date) -> Decimal:
    """MXN for one unit, with four decimals; it drifts and wavers."""
    base = {"USD": Decimal("19.5"), "EUR": Decimal("21.2")}[currency]
    days = (day - FIRST).days
    return base - Decimal(days) / 250 + Decimal((days * 37) % 41) / 100


def _in_books(foreign: Decimal, currency: str, day: date) -> Decimal:
    return (foreign * rate_of(currency, day)).quantize(CENT, ROUND_HALF_UP)


def _post(rng: random.Random, day: date) -> date:
    """Most entries are posted on their day; some are entered late, a few ahead of it."""
    return day + timedelta(rng.choice((0, 0, 0, 0, 1, 3, 9, 24, -2)))


def _invoice_and_what_becomes_of_it(books: Books, rng: random.Random, number: int) -> None:
    day = FIRST + timedelta(rng.randint(0, (LAST - FIRST).days - 5))
    currency = rng.choice(("", "", "", "USD", "EUR"))
    party, account = _party(rng), rng.choice((TRADE, TRADE, TRADE, OTHER))
    name, order = f"FAC-2025-{number:05}", rng.choice((f" [OC-{number}]", ""))
    move = books.move(day, "Revenue", _post(rng, day), f"account.invoice,{name}{order}")
    parts = rng.choice((1, 1, 2, 3))
    lines = [
        _money(books, move, party, _amount(rng, 50, 9_000), currency, account, maturity=day + timedelta(30 * part))
        for part in range(1, parts + 1)
    ]
    books.invoices.append({"ID": str(number), "Number": name, "Party/Code": party, "Move/Number": move.number})
    for line in lines:
        rng.choice(_ENDINGS)(books, rng, line, number)


def _money(books: Books, move: Move, party: str, amount: Decimal, currency: str, account: str, **more: object) -> Line:
    if not currency:
        return books.line(move, party, amount, account, **more)
    net = _in_books(amount, currency, move.day)
    return books.line(move, party, net, account, currency=currency, foreign=amount, **more)


def _owed(line: Line) -> Decimal:
    return line.foreign if line.foreign is not None else line.net


def _receipt(books: Books, rng: random.Random, line: Line, day: date, amount: Decimal | None = None) -> Line:
    posted = max(_post(rng, day), day)
    move = books.move(day, "Statement", posted, f"account.statement,BBVA MXN {day}")
    paid = -(amount if amount is not None else _owed(line))
    return _money(books, move, line.party, paid, line.currency, line.account, description=f"PAGO {line.id}")


def _settled_by(*lines: Line) -> date:
    """Tryton posts what it writes off, or gains on exchange, once all that it settles is posted."""
    return max(line.move.posted for line in lines if line.move.posted)


def _later(rng: random.Random, line: Line) -> date:
    return min(line.move.day + timedelta(rng.randint(1, 100)), LAST)


def _stays_open(books: Books, rng: random.Random, line: Line, number: int) -> None:
    pass


def _is_paid(books: Books, rng: random.Random, line: Line, number: int) -> None:
    day = _later(rng, line)
    receipt = _receipt(books, rng, line, day)
    books.reconcile([line, receipt], rng.choice((day, receipt.move.posted or day)), rng)


def _is_paid_in_two(books: Books, rng: random.Random, line: Line, number: int) -> None:
    half = (_owed(line) / 3).quantize(CENT)
    first = _receipt(books, rng, line, _later(rng, line), half)
    day = min(first.move.day + timedelta(rng.randint(1, 30)), LAST)
    if rng.random() < 0.6:
        books.reconcile([line, first, _receipt(books, rng, line, day, _owed(line) - half)], day, rng)


def _is_paid_short(books: Books, rng: random.Random, line: Line, number: int) -> None:
    """A part, or a few cents too much, is written off; in the currency of the invoice, as Tryton does."""
    day, off = _later(rng, line), rng.choice((Decimal("0.02"), Decimal("-0.05")))
    rest = (_owed(line) * off).quantize(CENT)
    receipt = _receipt(books, rng, line, day, _owed(line) - rest)
    move = books.move(day, "Currency Exchange", _settled_by(line, receipt))
    books.reconcile([line, receipt, _money(books, move, line.party, -rest, line.currency, line.account)], day, rng)


def _is_cancelled(books: Books, rng: random.Random, line: Line, number: int) -> None:
    """By a move of the invoice's own date, posted when it was made: known days after it is true."""
    posted = (line.move.posted or line.move.day) + timedelta(rng.randint(0, 12))
    move = books.move(line.move.day, "Revenue", posted, f"account.move,{line.move.number}")
    mirror = books.line(
        move,
        line.party,
        -line.net,
        line.account,
        currency=line.currency,
        foreign=None if line.foreign is None else -line.foreign,
        maturity=line.maturity,
        is_mirrored=True,
    )
    books.reconcile([line, mirror], line.move.day, rng)


def _is_credited(books: Books, rng: random.Random, line: Line, number: int) -> None:
    """A credit note for a part; the rest is paid, or not."""
    day = _later(rng, line)
    move = books.move(day, "Revenue", _post(rng, day), f"account.invoice,NC-2025-{line.id:05} [FAC-2025-{number:05}]")
    part = (_owed(line) / 4).quantize(CENT)
    credit = _money(books, move, line.party, -part, line.currency, line.account, maturity=day)
    if rng.random() < 0.5:
        paid_on = min(day + timedelta(rng.randint(0, 20)), LAST)
        receipt = _receipt(books, rng, line, paid_on, _owed(line) - part)
        books.reconcile([line, credit, receipt], paid_on, rng)


def _bounces(books: Books, rng: random.Random, line: Line, number: int) -> None:
    """The bank takes the payment back: the two settle each other, the invoice is open again."""
    receipt = _receipt(books, rng, line, _later(rng, line))
    day = min(receipt.move.day + timedelta(rng.randint(1, 6)), LAST)
    move = books.move(day, "Statement", _post(rng, day), f"account.move,{receipt.move.number}")
    back = books.line(
        move,
        line.party,
        -receipt.net,
        line.account,
        currency=line.currency,
        foreign=None if receipt.foreign is None else -receipt.foreign,
        is_mirrored=True,
    )
    books.reconcile([receipt, back], day, rng)


def _is_overpaid(books: Books, rng: random.Random, line: Line, number: int) -> None:
    _receipt(books, rng, line, _later(rng, line), _owed(line) + 10)


def _is_paid_in_pesos(books: Books, rng: random.Random, line: Line, number: int) -> None:
    """An invoice in dollars, pesos for it and an exchange difference: only their value in the books balances."""
    day = _later(rng, line)
    move = books.move(day, "Cash", day, f"account.invoice,FAC-2025-{number:05}")
    pesos = books.line(move, line.party, -(line.net * Decimal("0.97")).quantize(CENT), line.account)
    difference = books.move(day, "Currency Exchange", _settled_by(line, pesos))
    rest = books.line(difference, line.party, -(line.net + pesos.net), line.account)
    books.reconcile([line, pesos, rest], day, rng)


def _is_paid_in_a_draft(books: Books, rng: random.Random, line: Line, number: int) -> None:
    day = _later(rng, line)
    move = books.move(day, "Statement", None, f"account.statement,BBVA MXN {day}")
    _money(books, move, line.party, -_owed(line), line.currency, line.account)


_ENDINGS = (
    *(_stays_open,) * 3,
    *(_is_paid,) * 4,
    _is_paid_in_two,
    _is_paid_short,
    _is_cancelled,
    _is_credited,
    _bounces,
    _is_overpaid,
    _is_paid_in_pesos,
    _is_paid_in_a_draft,
)


def write_tryton(books: Books, folder: Path) -> Path:
    """Write the exports into `folder`, named and headed as Tryton's."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_line_row(line) for line in books.lines]
    _write(folder / "All Move Lines.csv", rows)
    _write(folder / "Receivable Move Lines.csv", [row for row in rows if row["Account/Code"] != REST])
    _write(
        folder / "Account Moves.csv",
        [
            {
                "ID": str(move.id),
                "Number": move.number,
                "Effective Date": f"{move.day}",
                "Period": f"{move.day:%Y-%m}",
                "Journal": move.journal,
                "Origin": move.origin,
                "Description": "",
                "State": "posted" if move.posted else "draft",
                "Post Date": f"{move.posted or ''}",
            }
            for move in books.moves
        ],
    )
    _write(
        folder / "Accounts.csv",
        [
            {
                "Code": code,
                "Name": name,
                "Type": "Balance",
                "Type/Receivable": "0" if code == REST else "1",
                "Reconcile": "1",
                "Party Required": "1",
                "Balance": str(sum((line.net for line in books.lines if line.account == code), Decimal(0))),
            }
            for code, name in NAMES.items()
        ],
    )
    _write(folder / "Reconciliations.csv", [row for group in books.groups for row in _group_rows(*group)])
    if books.invoices:
        _write(folder / "Customer Invoices.csv", [_invoice_row(invoice) for invoice in books.invoices])
    _write(folder / "Parties.csv", [_party_row(number) for number in range(1, 16)])
    _write(folder / "Currency Rates.csv", _rate_rows())
    _write(
        folder / "Periods.csv",
        [
            {
                "Name": "2025-01",
                "Fiscal Year": "2025",
                "Start Date": "2025-01-01",
                "End Date": "2025-01-31",
                "State": "open",
                "Type": "standard",
            }
        ],
    )
    return folder


def _line_row(line: Line) -> dict[str, str]:
    move = line.move
    # a mirrored line stands on the side of the line it cancels
    is_debit = (line.net > 0) != line.is_mirrored
    values = (
        str(line.id),
        move.number,
        f"{move.day}",
        f"{move.day:%Y-%m}",
        move.journal,
        line.account,
        f"{line.account} - {NAMES[line.account]}",
        line.party,
        f"Cliente {line.party}" if line.party else "",
        f"{line.maturity or ''}",
        f"{line.net:.2f}" if is_debit else "0",
        "0" if is_debit else f"{-line.net:.2f}",
        MONEY.get(line.currency, ""),
        "" if line.foreign is None else f"{line.foreign:.2f}",
        line.group,
        f"{line.cleared_on or ''}",
        move.origin,
        "",
        "",
        line.description,
        "posted" if move.posted else "draft",
    )
    return dict(zip(_LINE_HEADER.split(","), values, strict=True))


def _group_rows(number: str, day: date, lines: list[Line]) -> list[dict[str, str]]:
    first = {"Number": number, "Date": f"{day}", "Delegate To": "", "Lines/ID": str(lines[0].id)}
    return [first, *({"Number": "", "Date": "", "Delegate To": "", "Lines/ID": str(line.id)} for line in lines[1:])]


def _invoice_row(invoice: dict[str, str]) -> dict[str, str]:
    of_all = {column: invoice.get(column, "") for column in _INVOICE_HEADER.split(",")}
    return of_all | {"Type": "out", "State": "posted"}


def _party_row(number: int) -> dict[str, str]:
    return {
        "Code": str(number),
        "Name": f"Cliente {number} SA de CV",
        "Tax Identifier": "",
        "Language": "Spanish" if number % 2 else "",
        "Customer Payment Term": ("Net 30", "2/10 Net 30", "Contado", "30 días fin de mes", "Net 60 days")[number % 5],
        "Credit Limit Amount": ("", "0", "250000.00")[number % 3],
        "Dunning Procedure": "",
        "Account Receivable": "",
        "Active": "1",
    }


def _rate_rows() -> list[dict[str, str]]:
    first = {"Currency": "Mexican Peso", "Currency/Code": "MXN", "Date": "2025-01-01", "Rate": "1.000000"}
    days = [FIRST + timedelta(days) for days in range(0, (LAST - FIRST).days + 1, 7)]
    return [
        first,
        *(
            {"Currency": name, "Currency/Code": code, "Date": f"{day}", "Rate": f"{1 / rate_of(code, day):.6f}"}
            for code, name in MONEY.items()
            for day in days
        ),
    ]


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
