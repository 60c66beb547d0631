"""Random books through the real models: every open item against the oracle, and what must hold whatever the books.

Books are many companies of one lake, built once. A failure shows the smallest book that fails, as contract CSV.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.books import QUESTION_DAYS, RECORDING_DAYS, TODAY, as_recorded_by, cut, is_recorded
from ledger.clearing import groups
from ledger.conftest import BOOKS, FIRST_SEED, Figures, Library, OpenItems
from ledger.contract_files import as_csv, size
from ledger.oracle import Rule, ageing, days_between, open_items
from ledger.records import CREDITS, DEBITS, Book, known
from ledger.strategies import FIRST

pytestmark = pytest.mark.slow

RULES: tuple[Rule, ...] = ("latest", "applied_on", "latest_document")
ZERO = Decimal(0)


def show(failures: list[tuple[Book, str]]) -> str:
    """The smallest of the books that fail, why, where it comes from, and its rows."""
    book, why = min(failures, key=lambda failure: size(failure[0]))
    return (
        f"{len(failures)} comparisons fail; the smallest book that does is {book.company} "
        f"(of {BOOKS} books from seed {FIRST_SEED})\n{why}\n{as_csv(book)}"
    )


def differences(found: dict[Any, Any], expected: dict[Any, Any]) -> str:
    lines = [
        f"{key}\n  expected {expected.get(key)}\n  found    {found.get(key)}"
        for key in sorted(found.keys() | expected.keys(), key=str)
        if found.get(key) != expected.get(key)
    ]
    return "\n".join(lines)


def compare(cases: Iterable[tuple[Book, str, dict[Any, Any], dict[Any, Any]]]) -> int:
    """(book, question, found, expected): fails with the smallest book where they differ, else counts the cells."""
    failures, cells = [], 0
    for book, question, found, expected in cases:
        cells += len(expected)
        if found != expected:
            failures.append((book, f"{question}\n{differences(found, expected)}"))
    assert not failures, show(failures)
    return cells


def test_the_books_hold_what_moves_balances(library: Library) -> None:
    """Guards the other tests: random books that hold nothing would agree with anything."""
    books = [example.book for example in library.examples]
    documents = [document for book in books for document in book.documents]
    applications = [application for book in books for application in book.applications]
    types = Counter(document.document_type for document in documents)
    assert types.keys() == DEBITS | CREDITS | {"journal", "revaluation"} and min(types.values()) >= 10, types
    cleared = [group for book in books for group in groups(book, known(book.documents, "document_id", None))]
    counts = {
        "cancelled": sum(document.status == "cancelled" for document in documents),
        "drafts": sum(document.status == "draft" for document in documents),
        "unidentified": sum(document.customer_id is None for document in documents),
        "ceded": sum(document.is_ceded is True for document in documents),
        "opening balances": sum(
            d.document_type == "journal" and (d.due_date or TODAY) < d.issue_date for d in documents
        ),
        "undone": sum(application.amount < 0 for application in applications),
        "pro rata": sum(application.spread == "pro_rata" for application in applications),
        "at an instalment": sum(application.to_instalment_no is not None for application in applications),
        "between currencies": sum(application.from_amount is not None for application in applications),
        "with instalments": sum(bool(book.instalments) for book in books),
        "with corrections": sum(is_recorded(book) for book in books),
        "clearing groups": len(cleared),
    }
    assert min(counts.values()) >= 10, counts


@pytest.mark.parametrize("rule", RULES)
def test_open_items_agree_with_the_oracle(library: Library, under_rule: Callable[[Rule], Figures], rule: Rule) -> None:
    figures = under_rule(rule)
    cells = compare(
        (
            book,
            f"open items on {day} under {rule}",
            figures.open_items(day).get(book.company, {}),
            open_items(book, day, rule=rule),
        )
        for day in (*QUESTION_DAYS, TODAY)
        for book in library.books
    )
    assert cells > 2_000


@pytest.mark.parametrize("known_on", RECORDING_DAYS)
def test_what_was_known_on_a_day_agrees_with_the_oracle(library: Library, known_on: date) -> None:
    cells = compare(
        (
            book,
            f"open items on {day} as known on {known_on}",
            library.figures.open_items(day, known_on).get(book.company, {}),
            open_items(book, day, known_at=known_on),
        )
        for day in QUESTION_DAYS[::2]
        for book in library.books
    )
    assert cells > 500


def test_what_was_known_on_a_day_is_what_a_ledger_of_that_day_says(library: Library) -> None:
    """Only rows recorded by K, loaded alone, give what known_at := K gives from all rows."""
    checked = 0
    for example in library.examples:
        if not is_recorded(example.book):
            continue
        for day in QUESTION_DAYS[::2]:
            rewound = library.figures.open_items(day, example.known_on).get(example.book.company, {})
            alone = library.figures.open_items(day).get(f"{example.book.company}.known", {})
            assert rewound == alone, show([(example.book, differences(rewound, alone))])
            checked += len(alone)
    assert checked > 100


def test_known_by_now_is_what_is_known(library: Library) -> None:
    """Asked with known_at, the ledger sums entries; without, it reads intervals. All was recorded long before today."""
    for day in QUESTION_DAYS:
        assert library.figures.open_items(day, TODAY) == library.figures.open_items(day)
        assert library.figures.open_items(day, datetime.combine(TODAY, datetime.min.time())) == (
            library.figures.open_items(day)
        )


def test_instalments_sum_to_their_document(library: Library) -> None:
    """What is open of a document does not depend on how it is split."""
    checked = 0
    for example in library.examples:
        if not example.book.instalments:
            continue
        for day in QUESTION_DAYS:
            whole, split = (
                _by_document(library.figures.open_items(day).get(f"{example.book.company}{sibling}", {}))
                for sibling in (".whole", "")
            )
            assert whole == split, show([(example.book, f"{day}: split {split}, whole {whole}")])
            checked += len(whole)
    assert checked > 300


def _by_document(items: OpenItems) -> dict[str, Decimal]:
    totals: Counter[str] = Counter()
    for item in items.values():
        totals[item.document_id] += item.open_amount  # type: ignore[assignment]
    return {document_id: amount for document_id, amount in totals.items() if amount}


def test_customers_keep_what_they_are(library: Library) -> None:
    """Every company has a C1 and a C2; whether C2 is one of the group's own differs from company to company."""
    found = {
        (company, customer): is_intercompany
        for company, customer, is_intercompany in library.figures.rows(
            "select company, customer_id, is_intercompany from dim_customer where customer_id <> 'unidentified'"
        )
    }
    told = {
        (book.company, customer.customer_id): customer.is_intercompany
        for book in library.books
        for customer in book.customers
    }
    assert {key: found[key] for key in told} == told
    assert len(set(told.values())) == 2


def test_what_settles_nothing_is_told(library: Library) -> None:
    """Every application known now has entries, or an exception says why not, or its documents never stood together."""
    moved = set(
        library.figures.rows("select distinct company, application_id from fct_receivable_entry where known_to is null")
    )
    told = set(library.figures.rows("select company, subject from ledger_exception where kind like 'application%'"))
    checked = 0
    for book in library.books:
        documents = known(book.documents, "document_id", None)
        for application in known(book.applications, "application_id", None).values():
            key = (book.company, application.application_id)
            if key in moved or key in told:
                continue
            first, second = documents[application.from_document_id], documents[application.to_document_id]
            starts = max(first.issue_date, second.issue_date, application.applied_on)
            over = [d.cancelled_on for d in (first, second) if d.cancelled_on]
            assert over and min(over) <= starts, show([(book, f"nobody says why {key} moves nothing")])
            checked += 1
    assert checked > 10


def test_nothing_dated_after_a_day_changes_it(library: Library) -> None:
    checked = 0
    for example in library.examples:
        whole = library.figures.open_items(example.cut_on).get(example.book.company, {})
        until_then = library.figures.open_items(example.cut_on).get(f"{example.book.company}.cut", {})
        assert whole == until_then, show([(example.book, differences(whole, until_then))])
        checked += len(whole)
    assert checked > 200
    assert any(len(cut(e.book, e.cut_on, "").documents) < len(e.book.documents) for e in library.examples)


def test_the_date_rule_never_changes_what_a_customer_owes(
    library: Library, under_rule: Callable[[Rule], Figures]
) -> None:
    """It only moves money between open invoices and unapplied cash.

    Asked in document currency, of customers whose money settles only their own items in its own currency: between two
    rates the exchange difference leaves the receivable on the day the application counts.
    """
    moved = 0
    for day in QUESTION_DAYS:
        by_rule = {rule: under_rule(rule).open_items(day) for rule in RULES}
        for example in library.examples:
            book, mixed = example.book, _settled_across(example.book)
            items = [by_rule[rule].get(book.company, {}) for rule in RULES]
            totals = [_owed(of_rule, mixed) for of_rule in items]
            assert totals[0] == totals[1] == totals[2], show([(book, f"{day}: {totals}")])
            moved += sum(
                items[0].get(key) != items[2].get(key)
                for key in items[0].keys() | items[2].keys()
                if all(key not in of_rule or of_rule[key].customer_id not in mixed for of_rule in items)
            )
    assert moved > 100, f"only {moved} items differ between the rules: too little was tested"


def _settled_across(book: Book) -> set[str]:
    """Customers whose documents settle those of another customer or another currency, by application or in a group."""
    documents = known(book.documents, "document_id", None)
    found: set[str | None] = set()
    for group in groups(book, documents):
        if len({(member.customer_id, member.currency) for member in group.members}) > 1:
            found |= {member.customer_id for member in group.members}
    for application in known(book.applications, "application_id", None).values():
        ends = [documents.get(key) for key in (application.from_document_id, application.to_document_id)]
        customers = {document.customer_id for document in ends if document}
        if len(customers) > 1 or len({document.currency for document in ends if document}) > 1:
            found |= customers
    return {customer or "unidentified" for customer in found}


def _owed(items: OpenItems, leaving_out: set[str]) -> dict[tuple[str, str], Decimal]:
    totals: dict[tuple[str, str], Decimal] = {}
    for item in items.values():
        if item.customer_id not in leaving_out:
            key = (item.customer_id, item.currency)
            totals[key] = totals.get(key, ZERO) + item.open_amount
    return {key: total for key, total in totals.items() if total}


@pytest.mark.parametrize("basis", ["due_date", "issue_date"])
def test_ageing_agrees_with_the_oracle(library: Library, basis: Any) -> None:
    cells = 0
    for day in (QUESTION_DAYS[1], QUESTION_DAYS[-1], TODAY):
        found: dict[str, dict[tuple[str, str], tuple[Decimal, Decimal]]] = {}
        for company, customer, bucket, open_base, disputed, n_items, n_without_rate in library.figures.rows(
            "select company, customer_id, bucket, open_base, disputed_base, n_items, n_without_rate "
            "from aging(?, basis := ?)",
            [day, basis],
        ):
            if n_items > n_without_rate:
                found.setdefault(company, {})[customer, bucket] = (open_base, disputed)
        cells += compare(
            (
                book,
                f"ageing by {basis} on {day}",
                found.get(book.company, {}),
                ageing(open_items(book, day).values(), day, basis=basis),
            )
            for book in library.books
        )
    assert cells > 500


def test_daily_ageing_is_what_is_open_on_every_day_of_the_history(library: Library) -> None:
    differing = library.figures.rows(
        """
        with day as (select unnest(?::date[]) as date),
        item as (
            select balance.company, day.date, sum(balance.open_base) as owed, count(*) as n_items
            from day
            join fct_open_balance as balance
                on balance.valid_from <= day.date and (balance.valid_to is null or balance.valid_to > day.date)
            group by all
        ),
        aged as (
            select company, date, sum(open_base) as aged, sum(n_items) as n_aged from fct_aging_daily group by all
        )
        select * from item full join aged using (company, date)
        where coalesce(owed, 0) <> coalesce(aged, 0) or coalesce(n_items, 0) <> coalesce(n_aged, 0)
        """,
        [days_between(FIRST, TODAY)],
    )
    assert differing == []


@pytest.mark.parametrize("day", random.Random(20250630).sample(days_between(FIRST, TODAY), 25), ids=str)
def test_buckets_and_unapplied_are_what_a_customer_owes(library: Library, day: date) -> None:
    """`aging`, `open_items` and the daily table, asked independently, say the same; by customer and by bucket."""
    ask = library.figures.rows
    aged = ask("select company, customer_id, sum(open_base) from aging(?) group by all order by all", [day])
    items = ask("select company, customer_id, sum(open_base) from open_items(?) group by all order by all", [day])
    assert aged == items
    assert items
    by_bucket = ask(
        "select company, bucket, coalesce(sum(open_base), 0), sum(disputed_base), cast(sum(n_items) as bigint) "
        "from aging(?) group by all order by all",
        [day],
    )
    daily = ask(
        "select company, bucket, open_base, disputed_base, n_items from fct_aging_daily "
        "where date = ? and n_items > 0 order by all",
        [day],
    )
    assert by_bucket == daily


def test_entries_sum_to_the_balance_on_any_day(library: Library) -> None:
    differing = library.figures.rows(
        """
        with day as (select unnest(?::date[]) as day),
        entries as (
            select day.day, entry.item_id, sum(entry.amount) as amount, sum(entry.base_amount) as base_amount,
                count(*) = count(entry.base_amount) as has_base
            from day join fct_receivable_entry as entry on entry.entry_date <= day.day and entry.known_to is null
            group by all
        ),
        balances as (
            select day.day, balance.item_id, balance.open_amount, balance.open_base
            from day
            join fct_open_balance as balance
                on balance.valid_from <= day.day and (balance.valid_to is null or balance.valid_to > day.day)
        )
        select * from entries full join balances using (day, item_id)
        where coalesce(amount, 0) <> coalesce(open_amount, 0)
            or (has_base and coalesce(base_amount, 0) <> coalesce(open_base, 0))
        """,
        [days_between(FIRST, TODAY)],
    )
    assert differing == []


def test_siblings_differ_where_they_should(library: Library) -> None:
    """Guards the sibling tests: a cut that took nothing away would make them empty."""
    recorded = [example for example in library.examples if is_recorded(example.book)]
    fewer = [e for e in recorded if as_recorded_by(e.book, e.known_on, "") != replace(e.book, company="")]
    assert len(recorded) > 40 and len(fewer) > 30
