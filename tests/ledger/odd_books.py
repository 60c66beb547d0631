"""Books with something odd in them: each with what must be open of it and what somebody must be told.

Every book uses the same ids, so that books which mixed would be seen; what is open is worked out by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from ledger.records import Application, Book, Customer, Document, Instalment, Rate

DAY = date(2025, 6, 30)
RATES = (
    Rate(date(2025, 1, 31), "USD", "MXN", Decimal("18.50")),
    Rate(date(2025, 3, 3), "EUR", "MXN", Decimal("20.00")),
    Rate(date(2025, 1, 2), "GBP", "MXN", Decimal("99999999")),
)


@dataclass(frozen=True)
class OddBook:
    """`open` is what must be open on DAY, by document (and instalment); `told` what must be told, with its amount."""

    book: Book
    open: dict[str, str]
    told: dict[tuple[str, str], str] = field(default_factory=dict)


def _invoice(document_id: str = "I1", amount: str = "100", on: str = "2025-02-01", **more: object) -> Document:
    details: dict[str, object] = {
        "document_type": "invoice",
        "issue_date": date.fromisoformat(on),
        "due_date": date(2025, 4, 2),
        "currency": "MXN",
        "customer_id": "C1",
    }
    return Document(document_id=document_id, amount=Decimal(amount), **(details | more))  # type: ignore[arg-type]


def _receipt(document_id: str = "R1", amount: str = "100", on: str = "2025-02-10", **more: object) -> Document:
    return _invoice(document_id, amount, on, **({"document_type": "receipt"} | more))


def _applied(amount: str = "100", source: str = "R1", target: str = "I1", **more: object) -> Application:
    details: dict[str, object] = {"application_id": "A1", "applied_on": date(2025, 2, 10)}
    return Application(
        from_document_id=source,
        to_document_id=target,
        amount=Decimal(amount),
        **(details | more),  # type: ignore[arg-type]
    )


def _parts(*amounts: str, document_id: str = "I1") -> tuple[Instalment, ...]:
    return tuple(
        Instalment(document_id, number, date(2025, 2 + number, 15), Decimal(amount))
        for number, amount in enumerate(amounts, start=1)
    )


def _recorded(row: Document, day: str, **changed: object) -> Document:
    return replace(row, recorded_at=datetime.fromisoformat(day), **changed)  # type: ignore[arg-type]


def _book(
    documents: tuple[Document, ...],
    applications: tuple[Application, ...] = (),
    instalments: tuple[Instalment, ...] = (),
) -> Book:
    return Book(
        company="",
        base_currency="MXN",
        documents=documents,
        instalments=instalments,
        applications=applications,
        customers=(Customer("C1"), Customer("C2")),
        rates=RATES,
    )


_BOUNCED: dict[str, object] = {
    "status": "cancelled",
    "cancel_mode": "reverse",
    "cancelled_on": date(2025, 5, 20),
}
_CASES: dict[str, OddBook] = {
    "nothing odd": OddBook(_book((_invoice(), _receipt(amount="60")), (_applied("60"),)), {"I1": "40"}),
    "application to a document nobody loaded": OddBook(
        _book((_invoice(), _receipt()), (_applied(target="I9"),)),
        {"I1": "100", "R1": "-100"},
        {("application_unknown_document", "A1"): "100"},
    ),
    "application from a document nobody loaded": OddBook(
        _book((_invoice(),), (_applied(source="R9"),)),
        {"I1": "100"},
        {("application_unknown_document", "A1"): "100"},
    ),
    "application to a draft": OddBook(
        _book((_invoice(status="draft"), _receipt()), (_applied(),)),
        {"R1": "-100"},
        {("application_void_document", "A1"): "100"},
    ),
    "application of an erased receipt": OddBook(
        _book(
            (_invoice(), _receipt(status="cancelled", cancelled_on=date(2025, 3, 1), cancel_mode="erase")),
            (_applied(),),
        ),
        {"I1": "100"},
        {("application_void_document", "A1"): "100"},
    ),
    "application between currencies without rate": OddBook(
        _book((_invoice(currency="CHF"), _receipt(amount="1900")), (_applied(),)),
        {"I1": "100", "R1": "-1900"},
        {("application_unvalued", "A1"): "100", ("rate_missing", "I1"): "100"},
    ),
    "application between currencies at their rates": OddBook(
        _book((_invoice(currency="USD"), _receipt(amount="1900")), (_applied(),)), {"R1": "-50"}
    ),
    "application to an instalment there is not": OddBook(
        _book((_invoice(), _receipt()), (_applied("60", to_instalment_no=7),), _parts("50", "50")),
        {"I1#2": "40", "R1": "-40"},
        {("application_unknown_instalment", "A1"): "60"},
    ),
    "application of a revaluation": OddBook(
        _book(
            (_invoice(), _receipt("V1", "0", document_type="revaluation", base_amount=Decimal("-7"))),
            (_applied(source="V1"),),
        ),
        {"I1": "100", "V1": "0"},
        {("application_base_only", "A1"): "100"},
    ),
    "application in one currency with two amounts": OddBook(
        _book((_invoice(), _receipt()), (_applied("60", from_amount=Decimal("45")),)),
        {"I1": "40", "R1": "-40"},
        {("application_amounts_differ", "A1"): "60"},
    ),
    "a value no column holds": OddBook(
        _book((_invoice(currency="GBP", amount="200000"),)), {"I1": "200000"}, {("value_too_large", "I1"): "200000"}
    ),
    "application of a document to itself": OddBook(
        _book((_invoice(),), (_applied(source="I1"),)),
        {"I1": "100"},
        {("application_to_itself", "A1"): "100"},
    ),
    "more applied than the invoice": OddBook(
        _book((_invoice(), _receipt(amount="150")), (_applied("130"),)),
        {"I1": "-30", "R1": "-20"},
        {("debit_over_applied", "I1"): "-30"},
    ),
    "more applied than the receipt": OddBook(
        _book((_invoice(), _receipt(amount="60")), (_applied("100"),)),
        {"R1": "40"},
        {("credit_over_applied", "R1"): "40"},
    ),
    "over-applied instalment": OddBook(
        _book((_invoice(), _receipt(amount="70")), (_applied("70", to_instalment_no=1),), _parts("50", "50")),
        {"I1#1": "-20", "I1#2": "50"},
        {("debit_over_applied", "I1#1"): "-20"},
    ),
    "instalments below their document": OddBook(
        _book((_invoice(), _receipt(amount="30")), (_applied("30", to_instalment_no=2),), _parts("50", "40")),
        {"I1": "70"},
        {("instalments_do_not_sum", "I1"): "-10"},
    ),
    "instalments rounded to four decimals": OddBook(
        _book((_invoice(),), (), _parts("33.3333", "33.3333", "33.3333")),
        {"I1#1": "33.3333", "I1#2": "33.3333", "I1#3": "33.3334"},
    ),
    "instalments above their document": OddBook(
        _book((_invoice(),), (), _parts("50", "50.01")),
        {"I1": "100"},
        {("instalments_do_not_sum", "I1"): "0.01"},
    ),
    "instalments of a document nobody loaded": OddBook(
        _book((_invoice(),), (), _parts("50", "50", document_id="I9")),
        {"I1": "100"},
        {("instalments_without_document", "I9"): "100"},
    ),
    "no rate on or before the day": OddBook(
        _book((_invoice(currency="USD", on="2025-01-30"),)), {"I1": "100"}, {("rate_missing", "I1"): "100"}
    ),
    "a rate of weeks before": OddBook(_book((_invoice(currency="USD", on="2025-03-03"),)), {"I1": "100"}),
    "a rate of months before": OddBook(
        _book((_invoice(currency="USD", on="2025-03-04"),)), {"I1": "100"}, {("rate_stale", "I1"): "100"}
    ),
    "due before issue": OddBook(
        _book((_invoice(due_date=date(2025, 1, 15)),)), {"I1": "100"}, {("due_before_issue", "I1"): "100"}
    ),
    "an opening balance, due before": OddBook(
        _book((_invoice(document_type="journal", due_date=date(2024, 12, 15)),)), {"I1": "100"}
    ),
    "no customer": OddBook(_book((_invoice(customer_id=None),)), {"I1": "100"}, {("customer_missing", "I1"): "100"}),
    "customer changed after payment": OddBook(
        _book(
            (
                _recorded(_invoice(), "2025-02-01"),
                _recorded(_invoice(), "2025-03-01", customer_id="C2"),
                _recorded(_receipt(amount="60"), "2025-02-10"),
            ),
            (_applied("60", recorded_at=datetime.fromisoformat("2025-02-10")),),
        ),
        {"I1": "40"},
        {("customer_changed", "I1"): "100"},
    ),
    "customer changed before payment": OddBook(
        _book(
            (
                _recorded(_invoice(), "2025-02-01"),
                _recorded(_invoice(), "2025-02-05", customer_id="C2"),
                _recorded(_receipt(amount="60"), "2025-02-10"),
            ),
            (_applied("60", recorded_at=datetime.fromisoformat("2025-02-10")),),
        ),
        {"I1": "40"},
    ),
    "currency changed after payment": OddBook(
        _book(
            (
                _recorded(_invoice(), "2025-02-01"),
                _recorded(_invoice(), "2025-03-01", currency="USD"),
                _recorded(_receipt(amount="60"), "2025-02-10"),
            ),
            (_applied("60", recorded_at=datetime.fromisoformat("2025-02-10")),),
        ),
        # what was applied is read in the new currency: 60 USD at 18.50 take 1,110 from a receipt of 60
        {"I1": "40", "R1": "1050"},
        {("currency_changed", "I1"): "100", ("credit_over_applied", "R1"): "1050"},
    ),
    "cancelled, nobody says when": OddBook(
        _book((_invoice(status="cancelled"),)), {}, {("cancelled_without_date", "I1"): "100"}
    ),
    "cancelled before it was issued": OddBook(
        _book((_invoice(status="cancelled", cancelled_on=date(2025, 1, 15)),)),
        {},
        {("cancelled_before_issue", "I1"): "100"},
    ),
    "revaluation without amount": OddBook(
        _book((_invoice("V1", "0", document_type="revaluation"),)), {}, {("base_amount_missing", "V1"): "0"}
    ),
    "clearing group that does not net to zero": OddBook(
        _book(
            (
                _invoice("I1", clearing_group="G1", cleared_on=date(2025, 2, 28)),
                _invoice("I2", on="2025-02-05", clearing_group="G1", cleared_on=date(2025, 2, 28)),
                _receipt(amount="150", clearing_group="G1", cleared_on=date(2025, 2, 28)),
            )
        ),
        {"I2": "50"},
        {("clearing_residue", "G1"): "50"},
    ),
    "clearing group in two currencies of one rate": OddBook(
        _book(
            (
                _invoice("I1", "4153", currency="CLP", fx_rate=Decimal(1), clearing_group="G1"),
                _receipt(amount="3628.80", clearing_group="G1"),
            )
        ),
        # 3,628.80 are worth as many pesos of Chile, which have no centavos
        {"I1": "524"},
        {("clearing_residue", "G1"): "524"},
    ),
    "clearing group with a member settled apart, later": OddBook(
        _book(
            (
                _invoice("I1", clearing_group="G1", cleared_on=date(2025, 2, 28)),
                _receipt(clearing_group="G1", cleared_on=date(2025, 2, 28), **_BOUNCED),
                _receipt("R2", on="2025-07-15", due_date=date(2025, 7, 15)),
            ),
            (_applied(source="R2", applied_on=date(2025, 7, 15)),),
        ),
        {"I1": "100"},
        {("clearing_residue", "G1"): "100"},
    ),
    "clearing group that is not cleared yet": OddBook(
        _book(
            (
                _invoice("I1", clearing_group="G1", cleared_on=date(2025, 7, 1)),
                _receipt(amount="90", clearing_group="G1", cleared_on=date(2025, 7, 1)),
            )
        ),
        {"I1": "100", "R1": "-90"},
    ),
    "links in a circle": OddBook(
        _book(
            (
                _invoice("I1", linked_document_id="N1"),
                _invoice("N1", on="2025-02-20", document_type="credit_note", linked_document_id="I1"),
                _invoice("N2", on="2025-02-21", document_type="credit_note", linked_document_id="N1"),
            )
        ),
        {"I1": "100", "N1": "-100", "N2": "-100"},
        {("linked_in_a_circle", "I1"): "100", ("linked_in_a_circle", "N1"): "100"},
    ),
    "a long chain of links": OddBook(
        _book(
            tuple(
                _invoice(f"I{number}", on=f"2025-02-{1 + number % 28:02}", linked_document_id=f"I{number - 1}")
                for number in range(90)
            )
        ),
        {f"I{number}": "100" for number in range(90)},
    ),
    "a document linked to itself": OddBook(
        _book((_invoice(linked_document_id="I1"),)), {"I1": "100"}, {("linked_in_a_circle", "I1"): "100"}
    ),
    "ids made like those of instalments": OddBook(
        _book(
            (
                _invoice(),
                _invoice("I1|1", "7"),
                _invoice("I1~|1", "8"),
                _invoice("I1~", "9"),
                _receipt("R1", "30"),
                _receipt("R1|I1", "2"),
            ),
            (
                _applied("30", to_instalment_no=1),
                # with the other: one text of application and receipt, were they only strung together
                _applied("1", "R1|I1", "I1|1", application_id="A2"),
                _applied("1", "R1|I1", "I1~", application_id="A2|R1"),
            ),
            _parts("50", "50"),
        ),
        {"I1#1": "20", "I1#2": "50", "I1|1": "6", "I1~|1": "8", "I1~": "8"},
    ),
    "the same ids in another company": OddBook(
        _book((_invoice(amount="77", customer_id="C2"), _receipt(amount="7")), (_applied("7"),)), {"I1": "70"}
    ),
}
ODD_BOOKS = {
    name: replace(odd, book=replace(odd.book, company=f"ODD{number:02}"))
    for number, (name, odd) in enumerate(_CASES.items(), start=1)
}
