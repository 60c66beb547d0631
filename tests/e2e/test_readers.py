"""Analysts and the published file: open while a refresh replaces it, and any day asked."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from .books import COMPANY, INVOICES, invoice_amount
from .command import Home
from .conftest import Grown


def test_who_holds_the_old_file_open_keeps_it_whole(base: Home, grown: Grown) -> None:
    assert grown.before[0] == base.publication_id()
    assert len(grown.during) > 3
    assert [answer for answer in [*grown.during, grown.after_in_the_old_one] if answer != grown.before] == []
    (now,) = grown.home.ask("select count(*)::varchar from fct_receivable_entry")
    assert now[0] != grown.before[2]


def test_who_opens_it_anew_sees_the_old_or_the_new_never_else(grown: Grown) -> None:
    new = grown.seen_anew[-1]
    assert new[0] == grown.home.publication_id() != grown.before[0]
    assert [answer for answer in grown.seen_anew if answer not in (grown.before, new)] == []
    turned = [answer == new for answer in grown.seen_anew]
    assert turned == sorted(turned)


def test_ageing_of_any_day(base: Home) -> None:
    unpaid = [number for number in range(INVOICES) if number % 3]
    (total,) = base.ask("select sum(open_base) from aging(date '2025-06-30')")
    assert total == (sum((invoice_amount(number) for number in unpaid), Decimal(0)),)
    buckets = base.ask("select distinct bucket from aging(date '2025-06-30') order by bucket_order")
    assert [bucket for (bucket,) in buckets] == ["not_due", "1-30", "31-60", "61-90", "90+"]
    # on the day before anybody paid, everything issued by then was open
    (earlier,) = base.ask("select sum(open_base) from aging(date '2025-06-26')")
    assert earlier == (sum((invoice_amount(number) for number in range(INVOICES)), Decimal(0)),)
    (tied,) = base.ask("select company, difference from tie_out(date '2025-06-27')")
    assert tied == (COMPANY, Decimal(0))


def test_readers_can_neither_write_nor_block(base: Home, tmp_path: Path) -> None:
    with duckdb.connect(str(base.published), read_only=True) as connection:
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("delete from dim_customer")
        # what is open for reading can still be replaced
        answer = base.refresh()
    assert (answer.code, answer.data["status"]) == (0, "unchanged")
    # the file is all there is: a copy sent to somebody answers as well
    copy = shutil.copyfile(base.published, tmp_path / "copia.duckdb")
    with duckdb.connect(str(copy), read_only=True) as connection:
        rows = connection.execute("select count(*) from open_items(date '2025-06-30')").fetchall()
    assert rows == [(sum(1 for number in range(INVOICES) if number % 3),)]
