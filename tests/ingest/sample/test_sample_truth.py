"""The truth: planted breaches are found, everything found is really so, small worked cases by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from ingest.sample import Group, Truth
from ingest.sample.export.truth_csv import bank_receipts
from ingest.sample.oracle import replay
from ingest.sample.policy_truth import policy_truth
from ingest.sample.rates import simulate_rates


def test_both_rules_are_broken_on_the_last_day_and_were_before(tiny: Group, truth: Truth) -> None:
    now = Counter(b.rule_id for b in truth.policy.breaches if b.until is None)
    cured = Counter(b.rule_id for b in truth.policy.breaches if b.until is not None)
    assert now["R07"] >= 5 and now["R11"] >= 5
    assert cured["R07"] >= 5 and cured["R11"] >= 5


def test_states_agree_with_the_spells(tiny: Group, truth: Truth) -> None:
    assert len(truth.days) == 24 and truth.days[-1] == tiny.until
    evaluated = [c for c in tiny.customers if not c.is_intercompany]
    assert len(truth.policy.states) == 2 * len(truth.days) * len(evaluated)
    for state in truth.policy.states:
        spells = [
            b
            for b in truth.policy.breaches
            if (b.rule_id, b.company, b.customer_id) == (state.rule_id, state.company, state.customer_id)
            and b.since <= state.on <= (b.until or date.max)
        ]
        assert (state.outcome == "breach") == (len(spells) == 1)
        assert len(spells) <= 1
        if state.rule_id == "R07" and state.outcome != "out_of_population":
            assert (state.observed > state.threshold) == (state.outcome == "breach")
        if state.rule_id == "R11" and state.outcome == "breach":
            assert state.observed >= state.threshold


def test_planted_breaches_of_the_hold_are_the_only_ones(tiny: Group, truth: Truth) -> None:
    planted = {(c.spec.code, c.id) for c in tiny.customers if c.planted_hold}
    found = {(b.company, b.customer_id) for b in truth.policy.breaches if b.rule_id == "R11"}
    assert found and found <= planted


def test_a_cut_limit_is_a_breach_from_the_day_of_the_cut(tiny: Group, truth: Truth) -> None:
    starts = {(b.company, b.customer_id, b.since) for b in truth.policy.breaches if b.rule_id == "R07"}
    cuts = [
        (limit.customer.spec.code, limit.customer.id, limit.valid_from)
        for limit in tiny.history.limits
        if "reducción" in limit.reason
    ]
    assert len(cuts) >= 8
    assert sum(cut in starts for cut in cuts) >= 0.7 * len(cuts)


def test_a_first_tier_receipt_names_one_invoice_and_pays_it_whole(tiny: Group, truth: Truth) -> None:
    texts = {(s.spec.code, line.id): line.text for s in tiny.statements for line in s.lines}
    certain = [row for row in bank_receipts(tiny, truth) if row[14]]
    assert len(certain) > 300
    for company, _, key, _, _, amount, kind, _, _, number, invoice_amount, open_before, *_ in certain:
        assert number in texts[company, key]
        assert amount == open_before == invoice_amount
        assert kind in ("exact", "bounced")
    assert len({(row[0], row[8]) for row in certain}) == len(certain)


RATES = simulate_rates(Random(1), date(2025, 1, 1), date(2025, 12, 31))
COMPANIES = [{"company": "X", "functional_currency": "MXN"}]


def document(document_id: str, kind: str, issue: date, due: date | None, amount: str, **more: object) -> dict:
    row = {
        "company": "X", "document_id": document_id, "document_type": kind, "customer_id": "C", "issue_date": issue,
        "due_date": due, "currency": "MXN", "amount": Decimal(amount), "fx_rate": Decimal(1), "status": "posted",
        "cancelled_on": None, "cancel_mode": "", "receivable_account": "1",
    }  # fmt: skip
    return row | more


def application(frm: str, to: str, on: date, amount: str, **more: object) -> dict:
    row = {
        "company": "X", "application_id": f"{frm}-{to}-{on}", "from_document_id": frm, "to_document_id": to,
        "applied_on": on, "amount": Decimal(amount), "from_amount": None,
    }  # fmt: skip
    return row | more


def test_an_application_waits_for_both_documents_and_ends_with_either() -> None:
    items = replay(
        COMPANIES,
        [
            document("I", "invoice", date(2025, 3, 10), date(2025, 4, 9), "100"),
            document("R", "receipt", date(2025, 3, 1), None, "60", status="cancelled", cancelled_on=date(2025, 3, 20),
                     cancel_mode="reverse"),
        ],
        [],
        [application("R", "I", date(2025, 3, 1), "60")],
    )  # fmt: skip
    invoice, receipt = items
    assert (invoice.open_on(date(2025, 3, 9)), receipt.open_on(date(2025, 3, 9))) == (0, -60)
    assert (invoice.open_on(date(2025, 3, 10)), receipt.open_on(date(2025, 3, 10))) == (40, 0)
    assert (invoice.open_on(date(2025, 3, 20)), receipt.open_on(date(2025, 3, 20))) == (100, 0)


def test_a_payment_goes_to_the_instalment_due_first() -> None:
    first, second, _ = replay(
        COMPANIES,
        [
            document("I", "invoice", date(2025, 1, 1), date(2025, 3, 2), "100"),
            document("R", "receipt", date(2025, 1, 15), None, "70"),
        ],
        [
            {
                "company": "X",
                "document_id": "I",
                "instalment_no": 1,
                "due_date": date(2025, 1, 31),
                "amount": Decimal(50),
            },
            {
                "company": "X",
                "document_id": "I",
                "instalment_no": 2,
                "due_date": date(2025, 3, 2),
                "amount": Decimal(50),
            },
        ],
        [application("R", "I", date(2025, 1, 20), "70")],
    )
    assert (first.open_on(date(2025, 1, 20)), second.open_on(date(2025, 1, 20))) == (0, 30)


def test_base_is_rounded_per_item_half_away_from_zero() -> None:
    (item,) = replay(
        COMPANIES,
        [document("I", "invoice", date(2025, 1, 1), None, "0.10", currency="USD", fx_rate=Decimal("18.25"))],
        [],
        [],
    )
    assert item.base(item.open_on(date(2025, 1, 1))) == Decimal("1.83")  # 1.825


@pytest.mark.parametrize(
    ("limit", "outcome"),
    [("1100", "pass"), ("1099.99", "breach"), ("0", "breach")],
)
def test_exposure_counts_orders_and_credits_and_must_be_strictly_above(limit: str, outcome: str) -> None:
    """1,000 open − 100 unapplied + 200 unbilled = 1,100."""
    day = date(2025, 5, 31)
    items = replay(
        COMPANIES,
        [
            document("I", "invoice", date(2025, 5, 2), date(2025, 6, 30), "1000"),
            document("R", "receipt", date(2025, 5, 3), None, "100"),
        ],
        [],
        [],
    )
    order = {"company": "X", "customer_id": "C", "ordered_on": date(2025, 5, 5), "currency": "MXN",
             "unbilled_amount": Decimal(200)}  # fmt: skip
    granted = {"company": "X", "customer_id": "C", "valid_from": date(2025, 1, 1), "currency": "MXN",
               "amount": Decimal(limit)}  # fmt: skip
    found = policy_truth(items, tables(orders=[order], credit_limits=[granted]), RATES, date(2025, 5, 1), day, [day])
    state = next(s for s in found.states if s.rule_id == "R07")
    assert (state.observed, state.outcome) == (Decimal(1100), outcome)


def test_a_hold_is_due_one_business_day_after_the_segments_days() -> None:
    """Segment B: 45 days after 2025-03-03 is Thursday 2025-04-17; the hold must stand on Friday the 18th."""
    items = replay(COMPANIES, [document("I", "invoice", date(2025, 2, 1), date(2025, 3, 3), "9000")], [], [])
    until = date(2025, 5, 31)
    hold = {"company": "X", "customer_id": "C", "from_on": date(2025, 4, 25), "to_on": date(2025, 5, 10)}
    found = policy_truth(items, tables(credit_holds=[hold]), RATES, date(2025, 2, 1), until, [until])
    spells = [(b.since, b.until) for b in found.breaches if b.rule_id == "R11"]
    assert spells == [(date(2025, 4, 19), date(2025, 4, 24)), (date(2025, 5, 10), None)]
    in_time = hold | {"from_on": date(2025, 4, 18), "to_on": None}
    found = policy_truth(items, tables(credit_holds=[in_time]), RATES, date(2025, 2, 1), until, [until])
    assert not [b for b in found.breaches if b.rule_id == "R11"]


def test_small_items_call_for_no_hold() -> None:
    items = replay(COMPANIES, [document("I", "invoice", date(2025, 2, 1), date(2025, 3, 3), "4999.99")], [], [])
    until = date(2025, 3, 3) + timedelta(days=80)
    found = policy_truth(items, tables(), RATES, date(2025, 2, 1), until, [until])
    assert not found.breaches


def tables(**more: list[dict]) -> dict[str, list[dict]]:
    customer = {"company": "X", "customer_id": "C", "segment": "B", "is_intercompany": False}
    empty: dict[str, list[dict]] = {"orders": [], "credit_limits": [], "credit_holds": []}
    return {"companies": COMPANIES, "customers": [customer], **empty, **more}
