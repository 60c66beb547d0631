"""Bank messages of many banks: counts, sums, dates and balances as an independent reading has them."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from ingest.errors import UnrecognisedFile
from ingest.loading import try_file

pytestmark = pytest.mark.shared

# Where we differ from the reference on purpose, and what shows that we are right:
# its library takes RC, the reversal of a credit, for money in; two such lines of 204.88 are in this file, and only as
# money out do the statements they stand in tie to their own closing balances.
REVERSALS = {"betterplace__sepa_mt9401.sta": Decimal("409.76")}
# Files the reference could not read.
READ_BY_US = {"ASNB__mt940_with_spaces_for_entry_date.txt": (8, "2828.90", "-2771.96")}
REJECTED_ROWS = {"golden__camt053_garbled_amount.xml": "not_a_number"}
# An entry of a notification without any date takes the day the message was made.
UNDATED = {"genkgo__camt054.v8-with-financial-institution.xml"}


def cases(shared):
    with (shared / "reference" / "bank_expected.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "/mt940/" in row["path"] or "/camt/" in row["path"] or row["path"].endswith((".mt940", ".xml")):
                yield row


def test_every_message_reads_as_the_reference(shared):
    seen = 0
    for row in cases(shared):
        path = shared / "data" / row["path"]
        if row["error"] or path.name == "requirements.txt":
            continue
        seen += 1
        bank = try_file(path).entities
        moves, statements = bank["bank_transactions"], bank["bank_statements"]
        reversed_ = REVERSALS.get(path.name, Decimal(0))
        assert moves.rows == int(row["transactions"]), path.name
        assert Decimal(moves.sums["credits"]) == Decimal(row["sum_credits"]) - reversed_, path.name
        assert Decimal(moves.sums["debits"]) == Decimal(row["sum_debits"]) - reversed_, path.name
        # the reference dates MT940 lines by value date, CAMT entries by booking date
        span = moves.dates.get("value_on" if "mt-940" in row["parser"] else "booked_on", ("", ""))
        if path.name not in UNDATED:
            assert span == (row["first_date"], row["last_date"]), path.name
        if ";" in row["opening"] or statements.rows == 1:
            assert [d(x) for x in statements.sums["opening"].split(";")] == [d(x) for x in row["opening"].split(";")]
            assert [d(x) for x in statements.sums["closing"].split(";")] == [d(x) for x in row["closing"].split(";")]
    assert seen == 39


def d(text):
    return Decimal(text) if text else None


def test_what_the_reference_could_not_read(shared):
    for row in cases(shared):
        path = shared / "data" / row["path"]
        if not row["error"]:
            continue
        result = try_file(path)
        moves = result.entities["bank_transactions"]
        if path.name in READ_BY_US:
            assert (moves.rows, moves.sums["credits"], moves.sums["debits"]) == READ_BY_US[path.name]
            assert result.rejected == ()
        else:
            assert [reject.code for reject in result.rejected] == [REJECTED_ROWS[path.name]]
            assert result.would_be_refused and "12..34" in result.would_be_refused


def test_statements_tie_to_their_own_balances(shared):
    """Opening + movements = closing, with reversals, for the messages whose banks print both."""
    for name in (
        "mt940/ASNB__mt940_with_spaces_for_entry_date.txt",
        "mt940/self-provided__transaction_details_wrapped.sta",
    ):
        bank = try_file(shared / "data" / "C_bank" / name).entities
        opening, closing = (Decimal(bank["bank_statements"].sums[end]) for end in ("opening", "closing"))
        assert opening + Decimal(bank["bank_transactions"].sums["amount"]) == closing, name
    bank = try_file(shared / "data" / "C_bank" / "mt940" / "betterplace__sepa_mt9401.sta").entities
    ends = [sum(map(Decimal, bank["bank_statements"].sums[end].split(";"))) for end in ("opening", "closing")]
    assert ends[1] - ends[0] == Decimal(bank["bank_transactions"].sums["amount"])


@pytest.mark.parametrize("name", ["mt940/requirements.txt", "bankstatementparser/pain.001.001.03.xml"])
def test_what_is_no_statement_is_not_taken_for_one(shared, name):
    with pytest.raises(UnrecognisedFile, match="no source fits"):
        try_file(shared / "data" / "C_bank" / name)


def test_two_equal_movements_of_one_day_are_two(shared):
    result = try_file(shared / "data" / "C_bank" / "bankstatementparser" / "golden__camt053_duplicate_same_day.xml")
    assert (result.entities["bank_transactions"].rows, result.rejected) == (2, ())
