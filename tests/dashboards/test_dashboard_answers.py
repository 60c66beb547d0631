"""The queries against the hand-made publication: METRICS §0 to the cent, currencies never added."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from published_file import AS_OF, build

from dashboards.data import ageing, companies, overview, trust
from dashboards.data.ageing import Selection
from dashboards.domain.assemble import dso_of, history_of, members_of, totals_of
from dashboards.domain.scope import CustomerKey, choose_scope, weighted_mean

ALL = ("CL01", "CO01", "MX01")
MAY = date(2025, 5, 31)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("published") / "p.duckdb"))


def amounts(rows: list[dict], key: str = "shown") -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row["bucket"]] = found.get(row["bucket"], Decimal(0)) + row[key]
    return found


def test_totals_of_the_worked_example(path: str) -> None:
    table = overview.totals(path, ("MX01",), "MXN", AS_OF, None)
    assert pa.types.is_decimal(table.schema.field("shown_net").type)
    totals = totals_of(table.to_pylist())
    assert (totals.net, totals.gross, totals.unapplied) == (81000, 86000, -5000)
    assert (totals.not_due, totals.overdue, totals.n_items) == (58000, 28000, 7)
    assert totals.gaps == ()
    assert totals.share_current == Decimal(58000) / Decimal(86000)


@pytest.mark.parametrize(("day", "net"), [(date(2025, 4, 30), 50000), (MAY, 69000), (date(2025, 2, 1), 0)])
def test_any_past_day(path: str, day: date, net: int) -> None:
    assert totals_of(overview.totals(path, ("MX01",), "MXN", day, None).to_pylist()).net == net


@pytest.mark.parametrize(("segment", "net"), [("A", 19000), ("B", 29000), ("", 33000)])
def test_segments_partition_the_total(path: str, segment: str, net: int) -> None:
    assert totals_of(overview.totals(path, ("MX01",), "MXN", AS_OF, segment).to_pylist()).net == net


def test_group_is_converted_and_what_has_no_rate_stays_apart(path: str) -> None:
    totals = totals_of(overview.totals(path, ALL, "MXN", AS_OF, None).to_pylist())
    assert (totals.net, totals.overdue) == (756000, 253000)
    assert [(row["company"], row["net"], row["currency"]) for row in totals.apart] == [("CL01", 1000000, "CLP")]
    may = totals_of(overview.totals(path, ALL, "MXN", MAY, None).to_pylist())
    assert may.net == 69000 + 230000
    assert totals.is_comparable(may)
    before_rates = totals_of(overview.totals(path, ALL, "MXN", date(2025, 3, 31), None).to_pylist())
    assert not totals.is_comparable(before_rates)


def test_a_gap_is_found_in_the_company_s_own_currency(path: str) -> None:
    rows = overview.totals(path, ALL, "MXN", AS_OF, None).to_pylist()
    # converted pieces round each for itself; that is no gap
    rounded = [row | {"shown_open_items": row["shown_open_items"] + Decimal("0.0001")} for row in rows if row["rate"]]
    assert totals_of(rounded).gaps == ()
    torn = [row | {"open_items_base": row["open_items_base"] + Decimal("0.01")} for row in rows]
    assert totals_of(torn).gaps == tuple((company, Decimal("0.01")) for company in ALL)


def test_history_ends_on_the_day_and_names_what_is_missing(path: str) -> None:
    days = (date(2024, 12, 31), date(2025, 4, 30), MAY, AS_OF)
    history = history_of(overview.ageing_history(path, ("MX01",), "MXN", days, None).to_pylist(), days)
    assert history.days == days[1:], "nothing is known before the first document"
    assert history.net() == (50000, 69000, 81000)
    assert history.gross()[-1] == 86000
    assert history.buckets[-1] == "unapplied"
    group = history_of(overview.ageing_history(path, ALL, "MXN", days, None).to_pylist(), days)
    assert group.missing == ("CL01",)
    assert group.net()[-1] == 756000


def test_dso_of_a_company_and_of_the_group(path: str) -> None:
    rows = overview.collection_metrics(path, ALL, AS_OF).to_pylist()
    rates = companies.closing_rates(path, ALL, "MXN", AS_OF)
    one = dso_of([row for row in rows if row["company"] == "MX01"], rates, "countback", AS_OF, ("MX01",))
    assert (one.value, one.best, one.day) == (Decimal("69.4375"), Decimal("52.1429"), AS_OF)
    balance = dso_of([row for row in rows if row["company"] == "MX01"], rates, "balance", MAY, ("MX01",))
    assert balance.value == Decimal("68.2418")
    group = dso_of(rows, rates, "balance", AS_OF, ALL)
    # 104,000 and 900,000 of billings weigh 70.0962 and 67.5; Chile has no figure and no rate
    expected = (Decimal("70.0962") * 104000 + Decimal("67.5") * 900000) / 1004000
    assert group.value is not None and abs(group.value - expected) < Decimal("1e-9")
    assert ("CL01", None, "history_shorter_than_90_days") in group.parts
    assert dso_of(rows, rates, "balance", date(2025, 1, 1), ALL).value is None
    assert not group.is_comparable(dso_of(rows, rates, "balance", MAY, ALL))


def test_weighted_mean_leaves_out_what_is_not_known() -> None:
    assert weighted_mean([(Decimal(10), Decimal(1)), (None, Decimal(5)), (Decimal(20), None)]) == 10
    assert weighted_mean([(None, Decimal(1))]) is None


def test_exposures_by_net_balance_with_limit_use(path: str) -> None:
    rows = overview.exposures(path, ("MX01",), "MXN", AS_OF, None, 2).to_pylist()
    assert [(row["customer_id"], row["shown_open"], row["shown_overdue"], row["worst_days"]) for row in rows] == [
        ("C", 33000, 8000, 76),
        ("B", 29000, 15000, 11),
    ]
    assert (rows[1]["observed"], rows[1]["credit_limit"], rows[1]["n_customers"]) == (29000, 58000, 3)


def test_ageing_by_due_date_and_by_issue_date(path: str) -> None:
    def by(basis: ageing.Basis) -> dict[str, Decimal]:
        return amounts(
            ageing.buckets(path, ("MX01",), "MXN", AS_OF, "customer", "default", basis, Selection()).to_pylist()
        )

    assert by("due_date") == {"not_due": 58000, "1-30": 15000, "31-60": 5000, "61-90": 8000, "unapplied": -5000}
    assert by("issue_date") == {"1-30": 33000, "31-60": 40000, "61-90": 5000, "90+": 8000, "unapplied": -5000}


@pytest.mark.parametrize("dimension", ageing.DIMENSIONS)
@pytest.mark.parametrize("scheme", ["default", "quincenas"])
def test_every_view_adds_up_to_the_same_total(path: str, dimension: ageing.Dimension, scheme: str) -> None:
    rows = ageing.buckets(path, ALL, "MXN", AS_OF, dimension, scheme, "due_date", Selection()).to_pylist()
    members, apart = members_of(rows)
    assert sum(member.net for member in members) == 756000
    assert {row["company"] for row in apart} == {"CL01"}


def test_items_add_up_to_their_bucket(path: str) -> None:
    for bucket, expected in (("1-30", 15000), ("unapplied", -5000), (None, 81000)):
        rows = ageing.items(
            path, ("MX01",), "MXN", AS_OF, "default", "due_date", Selection(bucket=bucket), 100
        ).to_pylist()
        assert sum(row["open_base"] for row in rows) == expected
    one = ageing.items(
        path, ("MX01",), "MXN", AS_OF, "default", "due_date", Selection(company="MX01", customer_id="A"), 1
    ).to_pylist()
    assert (len(one), one[0]["n_items"], one[0]["document_id"]) == (1, 4, "I2")


def test_movements_run_up_to_the_open_balance(path: str) -> None:
    rows = ageing.movements(path, ("MX01",), AS_OF, "MX01", "MX01:I2").to_pylist()
    assert [(row["amount"], row["balance"]) for row in rows] == [(12000, 12000), (-7000, 5000)]
    later = ageing.movements(path, ("MX01",), AS_OF, "MX01", "MX01:I5").to_pylist()
    assert [row["balance"] for row in later] == [15000], "the receipt of 3 July must not count"


def test_nobody_reads_another_company(path: str) -> None:
    assert ageing.movements(path, ("CO01",), AS_OF, "MX01", "MX01:I2").num_rows == 0
    assert ageing.item(path, ("CO01",), AS_OF, "MX01", "MX01:I2").num_rows == 0
    hidden = Selection(company="MX01", customer_id="A")
    assert ageing.items(path, ("CO01",), "COP", AS_OF, "default", "due_date", hidden, 10).num_rows == 0


def test_policy_outcomes_count_all_four(path: str) -> None:
    rows = trust.policy_outcomes(path, ALL, "MXN", AS_OF, None).to_pylist()
    assert sum(row["breaches"] for row in rows) == 3
    assert sum(row["not_evaluable"] for row in rows) == 1
    assert sum(row["shown_exposure"] for row in rows) == 29000 + 33000 + 675000
    assert trust.policy_outcomes(path, ALL, "MXN", MAY, None).num_rows == 0


def test_bound_parameters_take_any_text(path: str) -> None:
    hostile = "'; DROP TABLE dim_company; --"
    assert totals_of(overview.totals(path, ("MX01",), "MXN", AS_OF, hostile).to_pylist()).net == 0
    assert len(companies.companies(path)) == 3


def test_scope_and_customer_of_an_address(path: str) -> None:
    known = companies.companies(path)
    group = choose_scope(None, known, "MXN")
    assert group.is_group and group.currency == "MXN" and group.country == "MX"
    chile = choose_scope("CL01", known, "MXN")
    assert (chile.codes, chile.currency) == (("CL01",), "CLP")
    assert choose_scope("nobody", known, "MXN").is_group
    assert choose_scope("group", known[:1], "MXN").codes == (known[0].code,)
    assert CustomerKey.from_text("MX01/A/7", group) == CustomerKey("MX01", "A/7")
    assert CustomerKey.from_text("C-17", chile) == CustomerKey("CL01", "C-17")
    assert CustomerKey.from_text("C-17", group) is None
    with pytest.raises(ValueError, match="no company"):
        choose_scope(None, (), "MXN")


def test_closed_publication_copy_cannot_be_written(path: str) -> None:
    import duckdb

    from dashboards.data.published import query

    for statement in ("CREATE TABLE x (a INTEGER)", "SELECT * FROM read_csv('/etc/passwd')"):
        with pytest.raises(duckdb.Error):
            query(path, statement)
    assert Path(path).is_file()
