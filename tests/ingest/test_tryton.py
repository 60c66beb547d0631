"""Tryton's exports: each is recognised, becomes what its profile says, and ties to the file it came from."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from ledger.tryton_books import invent, write_tryton
from ledger.tryton_oracle import rows

from ingest.context import IngestContext
from ingest.errors import UnrecognisedFile
from ingest.loading import try_file
from ingest.profiles import Catalogue
from ingest.quality import check_batches

CONTEXT = IngestContext(companies=("NORTE",), currencies={"NORTE": "MXN"})
# file → profile, rows it becomes in the extract beside the project
EXTRACT = {
    "Account Moves": ("tryton_account_moves", {}),
    "Accounts": ("tryton_accounts", {}),
    "All Move Lines": ("tryton_move_lines", {"gl_balances": 2}),
    "Currency Rates": ("tryton_currency_rates", {"fx_rates": 47}),
    "Customer Invoices": ("tryton_customer_invoices", {"customers": 95}),
    "Dunning Levels": ("tryton_unused", {}),
    "Dunnings": ("tryton_unused", {}),
    "Invoices with lines to pay and payment lines": ("tryton_unused", {}),
    "Parties": ("tryton_parties", {"customers": 121}),
    "Payment Term Lines": ("tryton_unused", {}),
    "Periods": ("tryton_unused", {}),
    "Receivable Move Lines": ("tryton_receivable_lines", {"documents": 477, "customers": 102}),
    "Reconciliations": ("tryton_unused", {}),
    "Statement Lines": ("tryton_unused", {}),
    "Statements": ("tryton_unused", {}),
}


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """Invented books, as Tryton exports them."""
    return write_tryton(invent(7, n_invoices=60), tmp_path / "export")


def documents(home) -> list[dict[str, object]]:
    table = duckdb.sql(
        f"select * from '{home.lake.root}/batches/*/documents.parquet' where document_id is not null"
    ).to_arrow_table()
    return table.to_pylist()


@pytest.mark.shared
@pytest.mark.parametrize("name", EXTRACT)
def test_each_file_of_the_extract_is_known(shared, name):
    profile, entities = EXTRACT[name]
    trial = try_file(shared / "data" / "B_erp" / "tryton" / f"{name}.csv", context=CONTEXT)
    assert (trial.profile, {entity: found.rows for entity, found in trial.entities.items()}) == (profile, entities)
    assert (trial.rejected, trial.notes, trial.would_be_refused) == ((), (), None)
    assert trial.known_as == (None if entities else {"tryton_unused": "unused"}.get(profile, "reference"))


@pytest.mark.shared
def test_the_extract_s_lines_by_kind(shared, home):
    home.load(shared / "data" / "B_erp" / "tryton" / "Receivable Move Lines.csv", context=CONTEXT)
    found = Counter((row["document_type"], row["currency"], row["status"]) for row in documents(home))
    assert found == {
        ("invoice", "MXN", "posted"): 231,
        ("invoice", "USD", "posted"): 45,
        ("credit_note", "MXN", "posted"): 22,
        ("credit_note", "USD", "posted"): 1,
        ("receipt", "MXN", "posted"): 94,
        ("receipt", "USD", "posted"): 12,
        ("journal", "MXN", "posted"): 51,
        ("write_off", "MXN", "posted"): 7,
        ("write_off", "USD", "posted"): 2,
        ("revaluation", "MXN", "posted"): 2,
        ("revaluation", "MXN", "draft"): 10,
    }


def test_every_line_of_invented_books_ties_to_the_cent(books, home):
    """Whatever a line becomes, its value in the books is its debit less its credit."""
    result = home.load(books / "Receivable Move Lines.csv", context=CONTEXT)
    lines = {f"L{row['ID']}": row for row in rows(books / "Receivable Move Lines.csv")}
    found = documents(home)
    assert (result.rejected, len(found)) == ((), len(lines))
    signs = {
        "invoice": 1,
        "debit_note": 1,
        "refund": 1,
        "credit_note": -1,
        "receipt": -1,
        "write_off": -1,
        "journal": 1,
    }
    for row in found:
        line = lines[str(row["document_id"])]
        net = Decimal(line["Debit"]) - Decimal(line["Credit"])
        if row["document_type"] == "revaluation":
            value = row["base_amount"]
            assert (row["amount"], row["currency"]) == (0, "MXN")
        else:
            value = round(signs[row["document_type"]] * row["amount"] * (row["fx_rate"] or 1), 2)
        assert value == net, line
    assert {row["document_type"] for row in found} == {*signs, "revaluation"} - {"debit_note"}
    assert {row["currency"] for row in found} == {"MXN", "USD", "EUR"}


def test_a_line_says_where_it_came_from_and_when_it_was_known(books, home):
    home.load(books / "Receivable Move Lines.csv", context=CONTEXT)
    posted = {row["Number"]: row["Post Date"] for row in rows(books / "Account Moves.csv")}
    lines = {f"L{row['ID']}": row for row in rows(books / "Receivable Move Lines.csv")}
    late = 0
    for row in documents(home):
        line = lines[str(row["document_id"])]
        if line["Move/State"] == "draft":
            assert (row["status"], f"{row['recorded_at']:%Y-%m-%d}") == ("draft", "1900-01-01")
            continue
        assert f"{row['recorded_at']:%Y-%m-%d}" == posted[line["Move/Number"]]
        late += f"{row['recorded_at']:%Y-%m-%d}" != line["Effective Date"]
        assert row["receivable_account"] == line["Account/Code"]
        assert (row["clearing_group"] or "") == line["Reconciliation/Number"]
        assert f"{row['cleared_on'] or ''}" == line["Reconciliation/Date"]
        assert f"{row['due_date'] or ''}" == line["Maturity Date"]
        assert (row["customer_id"] or "") == line["Party/Code"]
        if row["document_type"] == "invoice":
            origin = line["Move Origin"].removeprefix("account.invoice,")
            assert origin == f"{row['number']}" + (f" [{row['purchase_order']}]" if row["purchase_order"] else "")
    assert late > 20


def test_lines_without_their_moves_are_known_from_their_own_date(books, home):
    (books / "Account Moves.csv").unlink()
    result = home.load(books / "Receivable Move Lines.csv", context=CONTEXT)
    assert result.notes == ("read without tryton_account_moves (Tryton: account moves): no Post Date",)
    assert all(row["recorded_at"].date() == row["issue_date"] for row in documents(home) if row["status"] == "posted")


def test_a_currency_nobody_lists_is_rejected_with_its_name(books, home):
    path = books / "Receivable Move Lines.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("Euro", "Ducat", 1), encoding="utf-8")
    result = home.load(path, context=CONTEXT)
    assert [(reject.code, reject.value) for reject in result.rejected] == [("not_in_map", "Ducat")]


def test_the_two_lists_of_lines_are_told_apart_by_name_only(books, tmp_path):
    other = tmp_path / "export" / "lines.csv"
    other.write_bytes((books / "Receivable Move Lines.csv").read_bytes())
    with pytest.raises(UnrecognisedFile, match=r"nearest: tryton_\w+, but its name is not \*"):
        try_file(other, context=CONTEXT)
    assert try_file(other, context=CONTEXT, source="tryton_receivable_lines").rows_rejected == 0


def test_rates_are_turned_round(books, home):
    home.load(books / "Currency Rates.csv", context=CONTEXT)
    found = duckdb.sql(
        f"select from_currency, to_currency, rate from '{home.lake.root}/batches/*/fx_rates.parquet' "
        "where rate_date = '2025-01-02' or from_currency = 'MXN' order by all"
    ).fetchall()
    # 1 / 0.046729 and 1 / 0.050633, ten decimals
    given = {
        row["Currency/Code"]: row["Rate"] for row in rows(books / "Currency Rates.csv") if row["Date"] == "2025-01-02"
    }
    wanted = {code: (Decimal(1) / Decimal(rate)).quantize(Decimal("1e-10")) for code, rate in given.items()}
    assert found == [
        ("EUR", "MXN", wanted["EUR"]),
        ("MXN", "MXN", Decimal(1)),
        ("USD", "MXN", wanted["USD"]),
    ]


def test_parties_give_limits_terms_and_language(books, home):
    home.load(books / "Parties.csv", context=CONTEXT)
    found = duckdb.sql(
        "select customer_id, name, language, terms_days, credit_limit "
        f"from '{home.lake.root}/batches/*/customers.parquet' where customer_id in ('1', '2', '3', '4', '5')"
    ).fetchall()
    assert sorted(found) == [
        ("1", "Cliente 1 SA de CV", "es", 30, Decimal(0)),  # 2/10 Net 30
        ("2", "Cliente 2 SA de CV", None, 0, Decimal(250000)),  # Contado
        ("3", "Cliente 3 SA de CV", "es", None, None),  # to the end of a month: no one number of days
        ("4", "Cliente 4 SA de CV", None, 60, Decimal(0)),  # Net 60 days
        ("5", "Cliente 5 SA de CV", "es", 30, Decimal(250000)),
    ]


def test_the_books_rest_on_known_accounts(books, home):
    """Without "Accounts" nobody can say which lines are receivables: the file waits for it, or is refused."""
    (books / "Accounts.csv").rename(books.parent / "Accounts.csv")
    with pytest.raises(Exception, match="tryton_accounts"):
        home.load(books / "All Move Lines.csv", context=CONTEXT)
    (books.parent / "Accounts.csv").rename(books / "Accounts.csv")
    home.load(books / "All Move Lines.csv", context=CONTEXT)
    found = duckdb.sql(
        f"select account, max(as_of)::varchar, count(*) from '{home.lake.root}/batches/*/gl_balances.parquet' "
        "where account is not null group by all order by all"
    ).fetchall()
    assert [account for account, _, _ in found] == ["1.2.1", "1.2.3"]
    assert {last for _, last, _ in found} == {max(row["Effective Date"] for row in rows(books / "All Move Lines.csv"))}


def test_what_it_becomes_passes_the_checks(books, home):
    """Nothing of a Tryton delivery is taken out again; the one line of nobody is remarked."""
    batches = [home.load(path, context=CONTEXT).batch_id for path in sorted(books.glob("*.csv"))]
    folders = [home.lake.batches_dir / batch for batch in batches]
    reports = check_batches(folders, docs_dir=None, loaded_at=home.loaded_at)
    assert len(reports) == 9
    failed = [(result.entity, result.check_id) for report in reports for result in report.results if not result.passed]
    assert failed == [("documents", "customer_identified")]


def test_every_lookup_of_a_shipped_profile_names_a_shipped_profile():
    catalogue = Catalogue.load()
    named = [lookup.source for profile in catalogue for lookup in profile.lookups]
    assert len(named) >= 2
    assert all(source in catalogue for source in named)
