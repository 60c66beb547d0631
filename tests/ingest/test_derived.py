"""Derived columns: differences, quotients, cases, lookups; running sums; files that become no rows."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from ingest.context import IngestContext
from ingest.errors import CurrencyUnknown, ProfileError
from ingest.profiles import load_profile

LEDGER = """decimal: ","
derived:
%s
entities:
  - entity: documents
    columns:
      company: {constant: X}
      document_id: id
      document_type: {constant: journal}
      issue_date: {constant: 2025-01-01}
      currency: {constant: MXN}
      amount: {column: [Net], default: "0"}
      fx_rate: Rate
      number: Number
      text: Text
"""
DEFAULTS = {
    "Net": "{constant: '1'}",
    "Rate": "{constant: '1'}",
    "Number": "{constant: n}",
    "Text": "{constant: t}",
}


@pytest.fixture
def derived(map_text, home, own):
    """derived({name: yaml}, rows): the rejects of a trial, and the documents once it is loaded."""

    def run(rules: dict[str, str], text: str):
        written = "".join(f"  {name}: {rule}\n" for name, rule in {**rules, **DEFAULTS, **rules}.items())
        trial = map_text(LEDGER % written, text)
        assert home.load(own.parent / "export.csv", source="test", context=IngestContext(own_sources=own)).status
        documents = duckdb.sql(
            f"select document_id, amount, fx_rate, number, text from '{home.lake.root}/batches/*/documents.parquet' "
            "where document_id is not null order by document_id"
        ).fetchall()
        return {row[0]: row[1:] for row in documents}, trial.rejected

    return run


def test_a_difference_is_exact_and_reads_numbers_as_the_profile_does(derived):
    rows, rejected = derived(
        {"Net": "{subtract: [debit, credit]}"},
        "id;debit;credit\na;100,50;0\nb;0;33,1234\nc;-5;\nd;;0,01\ne;;\nf;abc;1\ng;1;1.5\nh;1,00001;0\n",
    )
    assert {key: row[0] for key, row in rows.items()} == {
        "a": Decimal("100.5"),
        "b": Decimal("-33.1234"),
        "c": Decimal(-5),
        "d": Decimal("-0.01"),
        "e": Decimal(0),  # two empty cells are nothing: here the default
    }
    assert [(reject.line, reject.code, reject.column, reject.value) for reject in rejected] == [
        (7, "not_a_number", "debit, credit", "abc"),
        (8, "not_a_number", "debit, credit", "1.5"),
        (9, "too_many_decimals", "debit, credit", "1.00001"),
    ]


def test_a_quotient_has_ten_decimals_half_away_from_zero_and_no_binary_noise(derived):
    rows, rejected = derived(
        {"Rate": "{divide: [base, foreign]}"},
        "id;base;foreign\na;100692,56;5048,02\nb;-1;3\nc;2;-3\nd;1;0\ne;;5\nf;0;7\ng;0,0000000001;2\n"
        "h;12345,6789;0,001\ni;0,1;0,3\n",
    )
    assert {key: row[1] for key, row in rows.items()} == {
        "a": Decimal("19.9469415731"),
        "b": Decimal("-0.3333333333"),
        "c": Decimal("-0.6666666667"),
        "d": None,
        "e": None,
        "f": Decimal(0),
        "g": Decimal("0.0000000001"),
        "h": Decimal("12345678.9"),
        "i": Decimal("0.3333333333"),
    }
    assert rejected == ()


@pytest.mark.parametrize("digits", range(1, 9))
def test_an_implied_rate_gives_back_the_amount_to_the_cent(derived, digits):
    """What `Rate` is for: foreign amount × rate, rounded to the cent, is what was booked."""
    pairs = [
        (f"{10**digits - n},{n % 100:02}", f"{(10**digits // 19) + 7 * n},{(3 * n) % 100:02}") for n in range(1, 40)
    ]
    text = "id;base;foreign\n" + "".join(f"{n};{base};{foreign}\n" for n, (base, foreign) in enumerate(pairs))
    rows, _ = derived({"Rate": "{divide: [base, foreign]}"}, text)
    for number, (base, foreign) in enumerate(pairs):
        value = rows[str(number)][1] * Decimal(foreign.replace(",", "."))
        assert round(value, 2) == Decimal(base.replace(",", ".")), (base, foreign)


def test_the_first_case_that_holds_answers_and_later_derived_columns_see_earlier_ones(derived):
    rows, rejected = derived(
        {
            "Net": "{subtract: [debit, credit]}",
            "Text": "{cases: [{when: {Net: {matches: '^-'}, kind: pay}, then: receipt}, "
            "{when: {Net: {matches: '[1-9]'}}, then: other}], default: nothing}",
        },
        "id;debit;credit;kind\na;0;5;pay\nb;0;5;inv\nc;5;0;pay\nd;0;0;pay\n",
    )
    assert {key: row[3] for key, row in rows.items()} == {"a": "receipt", "b": "other", "c": "other", "d": "nothing"}
    assert rejected == ()


def test_extract_takes_the_group_or_the_match_and_nothing_where_nothing_matches(derived):
    rows, _ = derived(
        {
            "Number": "{column: origin, extract: '^inv,(.*?)(?: \\\\[.*\\\\])?$'}".replace("'", '"'),
            "Text": "{column: origin, extract: '[0-9]+'}",
        },
        "id;origin\na;inv,F 1 [PO-7]\nb;inv,F2\nc;other\n",
    )
    assert {key: row[2:] for key, row in rows.items()} == {"a": ("F 1", "1"), "b": ("F2", "2"), "c": (None, None)}


def test_a_lookup_in_the_same_file_takes_the_first_cell_that_is_not_empty(derived):
    rows, _ = derived(
        {"Text": "{lookup: {match: group, take: currency}}"},
        "id;group;currency\na;1;\nb;1;USD\nc;1;EUR\nd;2;\ne;;MXN\n",
    )
    assert {key: row[3] for key, row in rows.items()} == {"a": "USD", "b": "USD", "c": "USD", "d": None, "e": None}


def test_what_a_derived_map_does_not_list_is_rejected_where_it_is_used(derived):
    rows, rejected = derived({"Text": "{column: c, map: {US Dollar: USD}}"}, "id;c\na;US Dollar\nb;Doubloon\nc;\n")
    assert {key: row[3] for key, row in rows.items()} == {"a": "USD", "c": None}
    assert [(reject.line, reject.code, reject.value) for reject in rejected] == [(3, "not_in_map", "Doubloon")]


def test_a_derived_column_hides_a_column_of_the_file_and_names_in_sql_are_only_names(derived):
    rows, _ = derived({"Net": "{subtract: [a, b]}"}, 'id;a;b;net;_found_key;x"y\n1;5;3;999;z;q\n')
    assert rows["1"][0] == Decimal(2)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("  A: {column: B}\n  B: {column: c}\n", "A needs B, which must be derived before it"),
        ("  A: {subtract: [A, c]}\n", "A needs A"),
        ("  A: {column: c, sign: flip}\n", "round and sign belong where"),
        ("  A: {subtract: [b]}\n", "derived.A.subtract"),
        ("  A: {column: c, extract: '('}\n", "not a regular expression"),
        ("  A: {cases: []}\n", "at least one case"),
        ("  A: {context: currency, by: account}\n", "by goes with context: company"),
        ("  A: {lookup: {match: b, take: c, missing: ignore}}\n", "missing"),
    ],
)
def test_a_slip_in_derived_is_told(tmp_path, rules, words):
    path = tmp_path / "p.yml"
    path.write_text(
        "name: p\ntitle: {es: a, en: b}\nformat: delimited\nload: delta\nderived:\n" + rules + "entities:\n"
        "  - entity: fx_rates\n    columns: {rate_date: d, from_currency: f, to_currency: t, rate: r}\n"
    )
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("entities", "words"),
    [
        ("reference", "needs recognise: columns"),
        ("unused", "needs recognise: columns"),
        (
            "\n  - {entity: fx_rates, accumulate: month_end, columns: "
            "{rate_date: d, from_currency: f, to_currency: t, rate: r}}",
            "no amount by date",
        ),
        (
            "\n  - {entity: customers, columns: {company: c, customer_id: i, name: {lookup: {match: a, take: b}}}}",
            "has its place under derived",
        ),
    ],
)
def test_a_slip_in_entities_is_told(tmp_path, entities, words):
    path = tmp_path / "p.yml"
    path.write_text(f"name: p\ntitle: {{es: a, en: b}}\nformat: delimited\nload: delta\nentities: {entities}\n")
    with pytest.raises(ProfileError, match=words):
        load_profile(path)


BALANCES = """entities:
  - entity: gl_balances
    accumulate: month_end
    columns: {company: {constant: X}, account: account, as_of: day, balance: moved}
"""


def test_movements_become_balances_at_month_ends_and_on_the_last_day(map_text, home, own):
    text = (
        "day,account,moved\n2025-01-15,A,100\n2025-01-31,A,5\n2025-02-01,B,7.25\n"
        "2025-04-03,A,-20\n2025-04-10,B,1\n2025-04-09,B,bad\n"
    )
    trial = map_text(BALANCES, text)
    assert (trial.rows_in_file, trial.rows_rejected) == (6, 1)
    home.load(own.parent / "export.csv", source="test", context=IngestContext(own_sources=own))
    found = duckdb.sql(
        "select account, as_of::varchar, balance, _row from "
        f"'{home.lake.root}/batches/*/gl_balances.parquet' where account is not null order by all"
    ).fetchall()
    assert found == [
        ("A", "2025-01-31", Decimal(105), 3),
        ("A", "2025-02-28", Decimal(105), 3),
        ("A", "2025-03-31", Decimal(105), 3),
        ("A", "2025-04-10", Decimal(85), 5),
        ("B", "2025-02-28", Decimal("7.25"), 4),
        ("B", "2025-03-31", Decimal("7.25"), 4),
        ("B", "2025-04-10", Decimal("8.25"), 6),
    ]


def test_the_currency_of_the_books_comes_from_the_company_and_must_be_known(map_text, home, own):
    profile = """entities:
  - entity: orders
    columns:
      company: {context: company}
      order_id: id
      customer_id: id
      ordered_on: {constant: 2025-01-01}
      currency: {context: currency}
      amount: a
      unbilled_amount: a
"""
    trial = map_text(profile, "id,a\n1,5\n")
    assert trial.entities["orders"].by_currency.keys() == {"XXX"}
    file = own.parent / "export.csv"
    known = IngestContext(companies=("MX", "US"), currencies={"MX": "MXN", "US": "USD"}, own_sources=own)
    home.load(file, source="test", company="US", context=known)
    assert duckdb.sql(f"select currency from '{home.lake.root}/batches/*/orders.parquet'").fetchall() == [("USD",)]
    file.write_text("id,a\n2,5\n")
    nobody = IngestContext(own_sources=own)
    with pytest.raises(CurrencyUnknown, match="functional_currency"):
        home.load(file, source="test", company="NEW", context=nobody)
    companies = own.parent / "companies.csv"
    for currency in ("COP", "PEN"):
        companies.write_text(f"company,name,country,functional_currency\nNEW,Nueva,PE,{currency}\n")
        home.load(companies)
    home.load(file, source="test", company="NEW", context=nobody)
    found = duckdb.sql(f"select currency from '{home.lake.root}/batches/*/orders.parquet' where company = 'NEW'")
    assert found.fetchall() == [("PEN",)]
