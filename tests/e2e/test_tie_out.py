"""A publication that does not tie: refused, flagged, and published once what is left is within the tolerance."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from .books import ACCOUNT, CARTERA_YML, COMPANY, INVOICES, invoice_amount, write
from .command import CARTERA, TODAY, Home, says_everything

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

OPEN = sum((invoice_amount(number) for number in range(INVOICES) if number % 3), Decimal(0))
LAST_DAY = "2025-06-29"


def configure(home: Home, tie_out: str) -> None:
    (home.path / "cartera.yml").write_text(f"{CARTERA_YML}tie_out: {tie_out}\n", encoding="utf-8")


def land_balance(home: Home, off_by: str) -> None:
    """A ledger balance for LAST_DAY, this much below the open items."""
    columns = ("company", "account", "as_of", "balance")
    write(home.landing / "gl_balances_2.csv", columns, [(COMPANY, ACCOUNT, LAST_DAY, str(OPEN - Decimal(off_by)))])


def test_refused_or_flagged_as_configured(base: Home, tmp_path: Path) -> None:
    home = base.copy_to(tmp_path / "home")
    configure(home, "{tolerance: {MXN: 1.00, default: 0}, above_tolerance: refuse}")
    land_balance(home, "250.75")
    is_refused_and_says_why(home)

    configure(home, "{tolerance: {MXN: 1.00, default: 0}, above_tolerance: flag}")
    is_flagged_everywhere(home)

    # half a peso is left: no more than may be
    configure(home, "{tolerance: {MXN: 0.50, default: 0}, above_tolerance: refuse}")
    land_balance(home, "0.50")
    mended = home.refresh()
    assert mended.code == 0, mended.err
    assert mended.data["tie_out"] == {"accounts": 1, "above_tolerance": []}
    assert home.ask("select as_of::varchar, unexplained, tolerance, is_above_tolerance from tie_out_verdict") == [
        (LAST_DAY, Decimal("0.5"), Decimal("0.5"), False)
    ]


def is_refused_and_says_why(home: Home) -> None:
    before = home.state()
    answer = home.refresh()
    assert answer.code == 1
    says_everything(answer.error, 1)
    assert answer.error["where"] == f"{COMPANY} {ACCOUNT} on {LAST_DAY}"
    for told in ("+250.75 MXN unexplained", "tolerance 1.00", "difference +250.75"):
        assert told in answer.error["found"], told
    assert "gl_balances" in answer.error["next_step"]
    assert home.state() == before
    last = json.loads((home.path / "ops" / "last_refresh.json").read_text(encoding="utf-8"))
    assert last["status"] == "refused"
    assert f"{COMPANY} {ACCOUNT}" in last["reason_es"]


def is_flagged_everywhere(home: Home) -> None:
    told = home.run([CARTERA, "refresh", "--today", TODAY])
    assert told.code == 0, told.err
    (line,) = [line for line in told.out.splitlines() if "does not tie to the ledger" in line]
    assert f"{COMPANY} {ACCOUNT} on {LAST_DAY}: +250.75 MXN unexplained, tolerance 1.00" in line
    assert home.ask(
        "select company, account, as_of::varchar, currency, difference, unexplained, tolerance, is_above_tolerance "
        "from tie_out_verdict"
    ) == [(COMPANY, ACCOUNT, LAST_DAY, "MXN", Decimal("250.75"), Decimal("250.75"), Decimal(1), True)]
    doctor = home.cartera("doctor", "--today", TODAY)
    (finding,) = [each for each in json.loads(doctor.out)["findings"] if each["name"] == "tie-out"]
    assert (doctor.code, finding["status"]) == (1, "failed")
    assert LAST_DAY in finding["detail"]
