"""Companies that are off their ledger for one known reason each, with what must be said of them, worked out by hand.

The books are loaded in three deliveries (`FIRST`, `SECOND`, `THIRD`), so that load times differ where one needs it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ledger.contract_files import write_table

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 31)
FIRST, SECOND, THIRD = date(2025, 7, 1), date(2025, 7, 4), date(2025, 8, 1)
DELIVERIES = (FIRST, SECOND, THIRD)

Row = dict[str, Any]

COLUMNS = {
    "companies": ("company", "name", "country", "functional_currency"),
    "documents": (
        "company", "document_id", "document_type", "customer_id", "issue_date", "due_date", "currency", "amount",
        "fx_rate", "base_amount", "status", "cancelled_on", "receivable_account", "recorded_at",
    ),
    "bank_transactions": (
        "company", "bank_account", "transaction_id", "booked_on", "currency", "amount", "is_reversal",
        "remittance_text",
    ),
    "gl_balances": ("company", "account", "as_of", "balance", "recorded_at"),
    "fx_rates": ("rate_date", "from_currency", "to_currency", "rate"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What tie_out must say of an account on a day: amounts as text, the reasons as (reason, amount, count)."""

    difference: str | None
    reasons: tuple[tuple[str, str | None, int | None], ...]
    unexplained: str | None
    account: str = "1105"


@dataclass
class Books:
    """One company: the rows of each delivery, and what must be said on each day."""

    company: str
    about: str
    currency: str = "MXN"
    said: dict[date, tuple[Said, ...]] = field(default_factory=dict)
    rows: dict[tuple[date, str], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def document(self, document_id: str, amount: object, on: str, *, load: date = FIRST, **more: object) -> Books:
        row = {
            "document_id": document_id, "document_type": "invoice", "customer_id": "C1", "issue_date": on,
            "currency": self.currency, "amount": amount, "receivable_account": "1105", "recorded_at": f"{on}T12:00:00",
        }  # fmt: skip
        return self._add(load, "documents", {**row, **more})

    def bank(self, transaction_id: str, amount: object, on: str, **more: object) -> Books:
        row = {
            "bank_account": "B1", "transaction_id": transaction_id, "booked_on": on, "currency": self.currency,
            "amount": amount,
        }  # fmt: skip
        return self._add(FIRST, "bank_transactions", {**row, **more})

    def ledger(self, balance: object, on: date = JUNE, *, load: date = FIRST, **more: object) -> Books:
        row = {"account": "1105", "as_of": on.isoformat(), "balance": balance}
        return self._add(load, "gl_balances", {**row, **more})

    def expect(self, *said: Said, on: date = JUNE) -> Books:
        self.said[on] = said
        return self

    def _add(self, load: date, entity: str, row: Row) -> Books:
        self.rows[load, entity].append({"company": self.company, **row})
        return self


def explained(difference: str, *reasons: tuple[str, str, int], rest: str = "0") -> Said:
    """A difference with its reasons and what is left of it."""
    return Said(difference, reasons, rest)


TIES = Said("0", (), "0")
AT_SIX = "2025-07-01T18:00:00"

SCENARIOS = [
    Books("TIES", "nothing to explain").document("I1", 1000, "2025-06-10").ledger(1000).expect(TIES),
    # --- cut-off ---
    Books("LATE", "an invoice of June recorded after the balance was taken, one before")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 300, "2025-06-28", recorded_at="2025-07-01T18:00:01")
    .document("I3", 50, "2025-06-28", recorded_at="2025-07-01T17:59:59")
    .ledger(1050, recorded_at=AT_SIX)
    .expect(explained("300", ("cut_off", "300", 1))),
    Books("CORRECTED", "corrected after the balance was taken: the correction is late, not the invoice")
    .document("I1", 100, "2025-06-05")
    .document("I1", 120, "2025-06-05", load=SECOND, recorded_at="2025-07-03T09:00:00")
    .ledger(100, recorded_at=AT_SIX)
    .expect(explained("20", ("cut_off", "20", 2))),
    Books("CANCELLED", "cancelled afterwards for a day before: the sub-ledger forgets what the balance holds")
    .document("I1", 100, "2025-06-05")
    .document("I1", 100, "2025-06-05", load=SECOND, recorded_at="2025-07-03T09:00:00", status="cancelled",
              cancelled_on="2025-06-20")
    .ledger(100, recorded_at=AT_SIX)
    .expect(explained("-100", ("cut_off", "-100", 1))),
    Books("EVENING", "nobody says when the balance was taken: what was recorded after its day may not be in it")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 300, "2025-06-28", recorded_at="2025-07-01T00:00:00")
    .document("I3", 40, "2025-06-28", recorded_at="2025-06-30T23:59:59")
    .ledger(1040, load=SECOND)
    .expect(explained("300", ("cut_off_recorded_later", "300", 1))),
    Books("DELIVERED", "no record times: what arrived days after the balance did")
    .document("I1", 1000, "2025-06-10", recorded_at=None)
    .document("I2", 250, "2025-06-28", load=SECOND, recorded_at=None)
    .ledger(1000)
    .expect(explained("250", ("cut_off", "250", 1))),
    Books("TOGETHER", "what arrived with the balance is not late, whatever the order of the files")
    .document("I1", 150, "2025-06-10", recorded_at=None)
    .ledger(10)
    .expect(explained("140", rest="140")),
    Books("BOTH", "recorded after the balance was taken: out of both, the strict reason is taken first")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 300, "2025-06-28", recorded_at="2025-07-02T09:00:00")
    .document("I3", 70, "2025-06-29", recorded_at="2025-07-09T09:00:00")
    .ledger(1000, load=SECOND)
    .expect(explained("370", ("cut_off", "70", 1), ("cut_off_recorded_later", "300", 1))),
    # --- rows that were refused ---
    Books("REFUSED", "an invoice whose due date can't be read is in the ledger only")
    .document("I1", 1000, "2025-06-10")
    .document("BAD", 400, "2025-06-12", due_date="2025-02-30")
    .ledger(1400)
    .expect(explained("-400", ("rejected_rows", "-400", 1))),
    Books("MENDED", "refused first, loaded later: it explains nothing any more")
    .document("I1", 1000, "2025-06-10")
    .document("BAD", 400, "2025-06-12", due_date="2025-02-30")
    .document("BAD", 400, "2025-06-12", due_date="2025-07-12", load=SECOND)
    .ledger(1800, recorded_at="2025-07-31T00:00:00")
    .expect(explained("-400", rest="-400")),
    Books("UNREADABLE", "a refused row without a readable amount explains nothing and is told")
    .document("I1", 1000, "2025-06-10")
    .document("BAD", "12,34,56", "2025-06-12")
    .ledger(1400)
    .expect(Said("-400", (("rejected_rows_unreadable", None, 1),), "-400")),
    Books("LATER", "a refused row of July is no reason for June")
    .document("I1", 1000, "2025-06-10")
    .document("BAD", 400, "2025-07-12", due_date="2025-02-30")
    .document("DRAFT", 400, "2025-06-12", due_date="2025-02-30", status="draft")
    .ledger(1400)
    .expect(explained("-400", rest="-400")),
    # --- at the bank ---
    Books("BANK", "the ledger holds June's receipt, the sub-ledger posts it in July")
    .document("I1", 1000, "2025-06-10")
    .document("R1", 500, "2025-07-02", document_type="receipt")
    .bank("T1", 500, "2025-06-29")
    .ledger(500)
    .ledger(500, JULY, load=THIRD)
    .expect(explained("500", ("unposted_bank_receipts", "500", 1)))
    .expect(TIES, on=JULY),
    Books("EQUAL", "of three equal lines two are posted, one reversed: the fourth is open")
    .document("I1", 1000, "2025-06-01")
    .document("R1", 100, "2025-06-11", document_type="receipt")
    .document("R2", 100, "2025-06-14", document_type="receipt")
    .bank("T1", 100, "2025-06-10")
    .bank("T2", 100, "2025-06-12")
    .bank("T3", 100, "2025-06-15")
    .bank("T4", 100, "2025-06-20")
    .bank("T5", -100, "2025-06-16", is_reversal="true")
    .ledger(700)
    .expect(explained("100", ("unposted_bank_receipts", "100", 1))),
    Books("SPLIT", "one transfer posted as two receipts of the customer is no open line")
    .document("I1", 1000, "2025-06-01")
    .document("R1", 60, "2025-06-11", document_type="receipt")
    .document("R2", 40, "2025-06-11", document_type="receipt")
    .bank("T1", 100, "2025-06-10")
    .ledger(800)
    .expect(explained("100", rest="100")),
    Books("FARTHER", "an open line that would take the difference farther from zero is no reason")
    .document("I1", 1000, "2025-06-10")
    .bank("T1", 500, "2025-06-29")
    .ledger(900)
    .expect(explained("100", rest="100")),
    Books("OLD", "a line that was open when the two last agreed does not keep them apart now")
    .document("I1", 1000, "2025-05-10")
    .bank("T1", 100, "2025-05-20")
    .ledger(1000, date(2025, 5, 31))
    .ledger(900)
    .expect(TIES, on=date(2025, 5, 31))
    .expect(explained("100", rest="100")),
    # --- revaluation ---
    Books("BASEONLY", "the sub-ledger was revalued, the ledger was not")
    .document("I1", 1000, "2025-06-10")
    .document("V1", 0, "2025-06-30", document_type="revaluation", base_amount=80)
    .ledger(1000)
    .expect(explained("80", ("revaluation_subledger", "80", 1))),
    Books("CLOSING", "the ledger values dollars at the closing rate: 18.50 instead of 17 and 18")
    .document("I1", 100, "2025-06-10", currency="USD", fx_rate=17)
    .document("I2", "7.77", "2025-06-11", currency="USD", fx_rate=18)
    # 107.77 × 18.50 = 1,993.745 → 1,993.75 (half up); at their own rates 1,700 + 139.86 = 1,839.86
    .ledger("1993.75")
    .expect(explained("-153.89", ("revaluation_ledger", "-153.89", 1))),
    Books("INSTEAD", "the ledger's revaluation is another than the sub-ledger's")
    .document("I1", 100, "2025-06-10", currency="USD", fx_rate=17)
    .document("V1", 0, "2025-06-30", document_type="revaluation", base_amount=130, currency="USD")
    .ledger(1850)
    .expect(explained("-20", ("revaluation_subledger", "130", 1), ("revaluation_ledger", "-150", 1))),
    Books("NORATE", "without a closing rate nobody can say what the ledger's revaluation is")
    .document("I1", 100, "2025-06-10", currency="EUR", fx_rate=20)
    .ledger(2100)
    .expect(explained("-100", rest="-100")),
    # --- journals ---
    Books("JOURNAL", "an adjustment made in the sub-ledger only; the opening balance is no adjustment")
    .document("OPEN", 5000, "2025-01-01", document_type="journal")
    .document("I1", 1000, "2025-06-10")
    .document("J1", -150, "2025-06-20", document_type="journal")
    .ledger(6000)
    .expect(explained("-150", ("manual_journals", "-150", 1))),
    Books("AGREED", "journals from before the two last agreed are in both")
    .document("I1", 1000, "2025-05-10")
    .document("J1", 150, "2025-05-20", document_type="journal")
    .document("J2", 30, "2025-06-20", document_type="journal")
    .ledger(1150, date(2025, 5, 31))
    .ledger(1000)
    .expect(TIES, on=date(2025, 5, 31))
    .expect(explained("180", ("manual_journals", "30", 1), rest="150")),
    Books("REVERSED", "a journal that was cancelled in time moved nothing")
    .document("I1", 1000, "2025-06-10")
    .document("J1", 150, "2025-06-12", document_type="journal", status="cancelled", cancelled_on="2025-06-20")
    .ledger(850)
    .expect(explained("150", rest="150")),
    # --- several at once ---
    Books("MANY", "opposite reasons and a rest: 300 late − 280 refused + 500 at the bank − 40 journal + 7.77")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 300, "2025-06-28", recorded_at="2025-07-02T09:00:00")
    .document("BAD", 280, "2025-06-12", due_date="2025-02-30")
    .document("J1", -40, "2025-06-20", document_type="journal")
    .bank("T1", 500, "2025-06-29")
    .ledger("772.23", recorded_at=AT_SIX)  # 1,260 − 487.77
    .expect(
        explained(
            "487.77",
            ("cut_off", "300", 1),
            ("rejected_rows", "-280", 1),
            ("unposted_bank_receipts", "500", 1),
            ("manual_journals", "-40", 1),
            rest="7.77",
        )
    ),
    Books("ONCE", "a late journal is late: it is counted once, for the first reason that fits")
    .document("I1", 1000, "2025-06-10")
    .document("J1", 150, "2025-06-20", document_type="journal", recorded_at="2025-07-02T09:00:00")
    .ledger(1000, recorded_at=AT_SIX)
    .expect(explained("150", ("cut_off", "150", 1))),
    Books("FEWER", "of two ways to explain it all the one with fewer reasons")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 100, "2025-06-28", recorded_at="2025-07-02T09:00:00")
    .document("J1", 200, "2025-06-20", document_type="journal")
    .bank("T1", 300, "2025-06-29")
    .ledger(1000, recorded_at=AT_SIX)
    .expect(explained("300", ("unposted_bank_receipts", "300", 1))),
    # --- accounts and companies stay apart ---
    Books("ACCOUNTS", "what belongs to one account explains nothing of the other")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 200, "2025-06-10", receivable_account="1106")
    .document("I3", 300, "2025-06-28", recorded_at="2025-07-02T09:00:00", receivable_account="1106")
    .ledger(900, recorded_at=AT_SIX)
    .ledger(200, account="1106", recorded_at=AT_SIX)
    .expect(
        explained("100", rest="100"),
        Said("300", (("cut_off", "300", 1),), "0", account="1106"),
    ),
    Books("TWIN1", "the same numbers as the next company: its line is open")
    .document("I1", 1000, "2025-06-10")
    .bank("T1", 500, "2025-06-29")
    .ledger(500)
    .expect(explained("500", ("unposted_bank_receipts", "500", 1))),
    Books("TWIN2", "the same numbers as the company before: its line is posted")
    .document("I1", 1000, "2025-06-10")
    .document("R1", 500, "2025-06-30", document_type="receipt")
    .bank("T1", 500, "2025-06-29")
    .ledger(500)
    .expect(TIES),
    # --- what can't be compared ---
    Books("NOBALANCE", "the ledger gives no balance for that day")
    .document("I1", 1000, "2025-05-10")
    .ledger(1000, date(2025, 5, 31))
    .expect(Said(None, (("no_gl_balance_for_the_day", None, None),), None)),
    Books("UNVALUED", "an item nobody knows a rate for is in no sum")
    .document("I1", 1000, "2025-06-10")
    .document("I2", 10, "2025-06-10", currency="GBP")
    .ledger(1200)
    .expect(Said("-200", (("items_without_exchange_rate", None, 1),), "-200")),
]  # fmt: skip

RATES = [
    {"rate_date": "2025-06-01", "from_currency": "USD", "to_currency": "MXN", "rate": "17.80"},
    {"rate_date": "2025-06-29", "from_currency": "USD", "to_currency": "MXN", "rate": "18.50"},
    {"rate_date": "2025-07-15", "from_currency": "USD", "to_currency": "MXN", "rate": "19.25"},
]


def write_delivery(folder: Path, load: date) -> list[Path]:
    """The contract files of one delivery. Good rows enough that the few bad ones do not have the file refused."""
    tables: dict[str, list[Row]] = defaultdict(list)
    if load == FIRST:
        tables["fx_rates"] = list(RATES)
        tables["companies"] = [
            {"company": books.company, "name": books.about, "country": "MX", "functional_currency": books.currency}
            for books in SCENARIOS
        ]
        tables["companies"].append(
            {"company": "FILLER", "name": "Good rows", "country": "MX", "functional_currency": "MXN"}
        )
        filler = Books("FILLER", "")
        for number in range(800):
            filler.document(f"F{number}", 1, "2025-06-01")
        tables["documents"] += filler.rows[FIRST, "documents"]
    for books in SCENARIOS:
        for (on, entity), rows in books.rows.items():
            if on == load:
                tables[entity] += rows
    return [
        write_table(_whole(rows, COLUMNS[entity]), folder / f"{entity}_{load.isoformat()}.csv")
        for entity, rows in sorted(tables.items())
    ]


def _whole(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> list[Row]:
    return [{column: row.get(column) for column in columns} for row in rows]
