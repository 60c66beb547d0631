"""How the text of a cell becomes a value: what is taken, what is rejected, never what is guessed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PROFILE = """
{style}
entities:
  - entity: documents
    columns:
      company: {{constant: MX}}
      document_id: id
      document_type: {{constant: journal}}
      issue_date: {date}
      currency: {{constant: MXN}}
      amount: {amount}
"""


def trial(map_text, cell, *, style="", amount="amount", date="{constant: '2025-01-31'}", header="id,amount"):
    quoted = '"' + cell.replace('"', '""') + '"'
    return map_text(PROFILE.format(style=style, amount=amount, date=date), f"{header}\nA,{quoted}\n")


def codes(result):
    return [reject.code for reject in result.rejected]


@pytest.mark.parametrize(
    ("style", "cell", "amount"),
    [
        ("", "1250.5", "1250.50"),
        ("", "-0.01", "-0.01"),
        ("", "+7", "7.00"),
        ("", ".5", "0.50"),
        ("", "  12.34 ", "12.34"),
        ("", "1.5000000", "1.50"),
        ("", "99999999999999.9999", "99999999999999.9999"),
        ("decimal: ','\nthousands: '.'", "1.234,56", "1234.56"),
        ("decimal: ','\nthousands: '.'", "1234,56", "1234.56"),
        ("decimal: ','\nthousands: '.'", "1.234.567", "1234567.00"),
        ("thousands: ','", "1,234,567.8", "1234567.80"),
        ("decimal: ','\nthousands: ' '", "1\u00a0234,5", "1234.50"),
        ("negative: [minus, parentheses]", "(123.45)", "-123.45"),
        ("negative: [minus, trailing_minus]", "123.45-", "-123.45"),
        ("symbols: ['$']\nthousands: ','", "$ 1,000.00", "1000.00"),
        ("", "\u22125.00", "-5.00"),
    ],
)
def test_amounts_as_the_profile_writes_them(map_text, style, cell, amount):
    result = trial(map_text, cell, style=style)
    assert result.rejected == ()
    assert result.entities["documents"].sums["amount"] == amount


@pytest.mark.parametrize(
    ("style", "cell", "code"),
    [
        ("", "12,34,56", "not_a_number"),
        ("thousands: ','", "12,34,56", "not_a_number"),
        ("decimal: ','", "12,34,56", "not_a_number"),
        ("", "1.234,56", "not_a_number"),
        ("decimal: ','\nthousands: '.'", "1234.56", "not_a_number"),
        ("decimal: ','\nthousands: '.'", "1.23,4", "not_a_number"),
        ("", "(123.45)", "not_a_number"),
        ("", "123.45-", "not_a_number"),
        ("negative: [minus, parentheses]", "-(123.45)", "not_a_number"),
        ("", "--5", "not_a_number"),
        ("", "12..34", "not_a_number"),
        ("", "1e3", "not_a_number"),
        ("", "NaN", "not_a_number"),
        ("", "12 MXN", "not_a_number"),
        ("", "2309.7899999999995", "too_many_decimals"),
        ("", "123456789012345.00", "out_of_range"),
        ("", "1.234567", "too_many_decimals"),
        ("", "", "missing_value"),
    ],
)
def test_amounts_that_are_rejected(map_text, style, cell, code):
    result = trial(map_text, cell, style=style)
    assert codes(result) == [code]
    assert result.entities["documents"].rows == 0
    reject = result.rejected[0]
    assert (reject.line, reject.column, reject.value) == (2, "amount", cell or None)
    assert reject.reason and reject.reason_es and reject.reason != reject.reason_es


@pytest.mark.parametrize(
    ("rule", "cell", "amount"),
    [
        ("{column: amount, round: 2}", "2309.7899999999995", "2309.79"),
        ("{column: amount, round: 2}", "0.005", "0.01"),
        ("{column: amount, round: 2}", "-0.005", "-0.01"),
        ("{column: amount, sign: flip}", "10", "-10.00"),
        ("{column: amount, sign: absolute}", "-10", "10.00"),
        ("{column: amount, default: '0'}", "", "0.00"),
        ("{column: amount, map: {none: '0'}, otherwise: '1'}", "none", "0.00"),
    ],
)
def test_what_a_column_may_do_to_an_amount(map_text, rule, cell, amount):
    result = trial(map_text, cell, amount=rule)
    assert result.rejected == ()
    assert result.entities["documents"].sums["amount"] == amount


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.decimals(-(10**13), 10**13, places=4), min_size=1, max_size=20), comma=st.booleans())
def test_any_sum_is_exact(map_text, amounts, comma):
    style = "decimal: ','" if comma else ""
    cells = [f"{amount:f}".replace(".", "," if comma else ".") for amount in amounts]
    text = "id,amount\n" + "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells))
    result = map_text(PROFILE.format(style=style, amount="amount", date="{constant: '2025-01-31'}"), text)
    assert Decimal(result.entities["documents"].sums["amount"]) == sum(amounts)


@pytest.mark.parametrize(
    ("formats", "cell", "day"),
    [
        ("'%Y-%m-%d'", "2024-02-29", "2024-02-29"),
        ("'%d/%m/%Y'", "5/1/2025", "2025-01-05"),
        ("'%m/%d/%y'", "11/19/24", "2024-11-19"),
        ("['%d/%m/%Y', '%Y-%m-%d']", "2025-03-01", "2025-03-01"),
    ],
)
def test_dates_as_the_profile_writes_them(map_text, formats, cell, day):
    result = trial(map_text, cell, style=f"dates: {formats}", date="day", amount="{constant: '1'}", header="id,day")
    assert result.rejected == ()
    assert result.entities["documents"].first_date == day


@pytest.mark.parametrize(
    ("formats", "cell", "code"),
    [
        ("%Y-%m-%d", "2025-02-30", "not_a_date"),
        ("%Y-%m-%d", "2023-02-29", "not_a_date"),
        ("%Y-%m-%d", "05/01/2025", "not_a_date"),
        ("%d/%m/%Y", "13/13/2025", "not_a_date"),
        ("%d/%m/%Y", "05/01/25", "date_out_of_range"),
        ("%Y-%m-%d", "0202-06-15", "date_out_of_range"),
        ("%d/%m/%Y", "05/01/2025 10:00", "not_a_date"),
        ("%Y-%m-%d", "00:00.0", "not_a_date"),
        ("%Y-%m-%d", "", "missing_value"),
    ],
)
def test_dates_that_cannot_be(map_text, formats, cell, code):
    result = trial(map_text, cell, style=f"dates: '{formats}'", date="day", amount="{constant: '1'}", header="id,day")
    assert codes(result) == [code]
    assert result.rejected[0].column == "day"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("fx_rate", "99999999", None),
        ("fx_rate", "100000000", "out_of_range"),
        ("fx_rate", "-123456789.5", "out_of_range"),
        ("recorded_at", "2025-06-15T10:00:00", None),
        ("recorded_at", "0202-06-15T10:00:00", "date_out_of_range"),
        ("recorded_at", "2925-06-15", "date_out_of_range"),
    ],
)
def test_rates_and_moments_that_cannot_be(map_text, column, cell, code):
    """A rate beyond what books can hold, or a year cut short, must not stop a build or rewrite what was known."""
    profile = PROFILE.format(style="", amount="{constant: '1'}", date="{constant: '2025-01-31'}")
    result = map_text(f"{profile}      {column}: told\n", f"id,told\nA,{cell}\n")
    assert codes(result) == ([code] if code else [])


def test_ids_are_text_and_keep_their_zeros(map_text, own):
    result = map_text(
        """
entities:
  - entity: customers
    columns:
      company: {constant: MX}
      customer_id: {column: id, strip_float: true}
      name: {template: "{id} {name}"}
      on_hold: hold
      terms_days: days
""",
        "id,name,hold,days\n0001,Ana,yes,30\n1930571429.0,Bo,FALSE,30.0\n0001.50,Cy,,\nX.0,Di,1,-5\n",
    )
    assert result.rejected == ()
    assert result.entities["customers"].rows == 4


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("on_hold", "maybe", "not_a_boolean"),
        ("terms_days", "30.5", "not_an_integer"),
        ("credit_limit_currency", "usd", "not_a_currency"),
    ],
)
def test_other_kinds_are_strict_too(map_text, column, cell, code):
    result = map_text(
        f"""
entities:
  - entity: customers
    columns: {{company: {{constant: MX}}, customer_id: id, name: id, {column}: x}}
""",
        f"id,x\nA,{cell}\n",
    )
    assert codes(result) == [code]
    assert re.search(re.escape(cell), result.rejected[0].reason_es)


def test_a_text_outside_the_map_is_rejected_and_named(map_text):
    result = map_text(
        """
entities:
  - entity: documents
    columns:
      company: {constant: MX}
      document_id: id
      document_type: {column: type, map: {FAC: invoice, NC: credit_note}}
      issue_date: {constant: "2025-01-01"}
      currency: {constant: MXN}
      amount: {constant: "1"}
""",
        "id,type\nA,FAC\nB,ZZZ\nC,NC\n",
    )
    assert [(r.line, r.code, r.value) for r in result.rejected] == [(3, "not_in_map", "ZZZ")]
    assert "FAC, NC" in result.rejected[0].reason
    assert result.entities["documents"].sums["invoice"] == "1.00"


def test_a_rate_is_rounded_to_its_ten_decimals(map_text):
    result = map_text(
        """
entities:
  - entity: fx_rates
    columns: {rate_date: {constant: "2025-01-01"}, from_currency: f, to_currency: {constant: MXN}, rate: r}
""",
        "f,r\nUSD,46.666666666666664\nEUR,1e5\n",
    )
    assert [(r.line, r.code) for r in result.rejected] == [(3, "not_a_number")]
