"""Planning and committing: who is told what, once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from sqlalchemy import func, select

from orchestration.alerts import (
    AlertParams,
    AlertPlan,
    CommitResult,
    Evaluation,
    MailContext,
    Outcome,
    commit_plan,
    next_states,
    plan_alerts,
    preview,
    read_context,
    read_evaluations,
)
from orchestration.alerts.context import Difference
from orchestration.alerts.digest import build_digest, exposure_of
from orchestration.alerts.table import ALERT_COLUMNS
from orchestration.errors import BadInput
from orchestration.settings import Settings
from orchestration.store import Severity, State, Store, acknowledge, open_store, snooze
from orchestration.store.alert_rows import read_events
from orchestration.store.tables import alert_event, alert_run, alert_state, outbox, reader

from .cases import CFO, CONTROLLER, DAY, Evaluate, MakeSettings, clock_of


def refresh(
    settings: Settings, store: Store, evaluations: Sequence[Evaluation], day: date, publication: str
) -> tuple[AlertPlan, CommitResult]:
    plan = plan_alerts(settings, clock_of(day), evaluations, store)
    return plan, commit_plan(store, plan, publication)


def rows_in(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (alert_state, alert_event, outbox, reader)
        }


def subjects(plan: AlertPlan) -> list[str]:
    return [planned.mail.subject for planned in plan.mails]


def passed(evaluation: Evaluation) -> Evaluation:
    return replace(evaluation, outcome=Outcome.PASS, observed=Decimal(10))


def test_the_first_run_opens_everything_and_writes_one_summary(
    settings: Settings, store: Store, evaluate: Evaluate
) -> None:
    plan, result = refresh(settings, store, [evaluate(f"C-{n}") for n in range(30)], DAY, "p1")
    assert (result.events, result.mails) == (30, 1)
    assert [planned.mail.kind for planned in plan.mails] == ["baseline"]
    assert subjects(plan) == ["[MEDIO] 30 clientes sobre su línea · MXN 3.3 M"]


def test_planning_writes_nothing(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    before = rows_in(store)
    plan_alerts(settings, clock_of(DAY), [evaluate()], store)
    assert rows_in(store) == before


def test_the_same_day_again_and_the_same_publication_again_add_nothing(
    settings: Settings, store: Store, evaluate: Evaluate
) -> None:
    evaluations = [evaluate("A"), evaluate("B")]
    plan, _ = refresh(settings, store, evaluations, DAY, "p1")
    before = rows_in(store)
    assert commit_plan(store, plan, "p1") == CommitResult(events=0, mails=0, already=True)
    again, result = refresh(settings, store, evaluations, DAY, "p2")
    assert (result.events, result.mails, again.mails) == (0, 0, ())
    assert rows_in(store) == before
    assert again.rows == plan.rows


def test_an_old_plan_under_a_new_name_queues_nothing_twice(
    settings: Settings, store: Store, evaluate: Evaluate
) -> None:
    plan = plan_alerts(settings, clock_of(DAY), [evaluate()], store)
    commit_plan(store, plan, "p1")
    before = rows_in(store)
    assert commit_plan(store, plan, "p2") == CommitResult(events=0, mails=0, already=False)
    assert rows_in(store) == before


def test_no_news_no_mail(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    refresh(settings, store, [evaluate()], DAY, "p1")
    for offset in (1, 2, 3):
        day = DAY + timedelta(days=offset)
        plan, result = refresh(settings, store, [evaluate(day=day)], day, f"p{offset + 1}")
        assert (subjects(plan), result.mails) == ([], 0)


def test_nothing_wrong_on_the_first_day_makes_the_next_breach_news(
    settings: Settings, store: Store, evaluate: Evaluate
) -> None:
    plan, _ = refresh(settings, store, [passed(evaluate())], DAY, "p1")
    assert subjects(plan) == []
    tomorrow = DAY + timedelta(days=1)
    plan, _ = refresh(settings, store, [evaluate(day=tomorrow)], tomorrow, "p2")
    assert [planned.mail.kind for planned in plan.mails] == ["digest"]
    assert "1 alerta nueva" in plan.mails[0].rendered.text


def test_what_happens_later_in_a_day_is_told_the_next_day(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    refresh(settings, store, [evaluate("A")], DAY, "p1")
    later, result = refresh(settings, store, [evaluate("A"), evaluate("B")], DAY, "p2")
    assert (later.mails, result.events) == ((), 1)
    tomorrow = DAY + timedelta(days=1)
    plan, _ = refresh(settings, store, [evaluate("A", tomorrow), evaluate("B", tomorrow)], tomorrow, "p3")
    (planned,) = plan.mails
    assert "1 alerta nueva" in planned.rendered.text
    assert "Cliente B" in planned.rendered.text
    assert "[MEDIO] Cliente A" not in planned.rendered.text


def test_mails_of_one_person_make_one_thread(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    ids = []
    for offset in range(3):
        day = DAY + timedelta(days=offset)
        plan, _ = refresh(settings, store, [evaluate(f"C-{n}", day) for n in range(offset + 1)], day, f"p{offset}")
        (planned,) = plan.mails
        ids.append((planned.mail.message_id, planned.mail.in_reply_to))
    assert ids[0][1] is None
    assert [reply for _, reply in ids[1:]] == [ids[0][0], ids[1][0]]
    assert len({message_id for message_id, _ in ids}) == 3


def test_people_hear_of_their_companies_in_their_language(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate
) -> None:
    settings = make_settings(people=(CFO, CONTROLLER))
    mexico = evaluate("M", customer_name="Ferretería Uno")
    colombia = evaluate("K", company="ACO", base_currency="COP", customer_name="Almacén Dos")
    plan, _ = refresh(settings, store, [mexico, colombia], DAY, "p1")
    cfo, controller = plan.mails
    assert subjects(plan) == [
        "[MEDIO] 2 clientes sobre su línea · COP 110 k, MXN 110 k",
        "[MEDIUM] 1 customer over limit · MXN 110K · Andino México",
    ]
    assert "Ferretería Uno" in cfo.rendered.text
    assert "Almacén Dos" in cfo.rendered.text
    assert "Almacén Dos" not in controller.rendered.text + controller.rendered.html
    tomorrow = DAY + timedelta(days=1)
    plan, _ = refresh(
        settings,
        store,
        [replace(mexico, evaluated_on=tomorrow), passed(replace(colombia, evaluated_on=tomorrow))],
        tomorrow,
        "p2",
    )
    assert [planned.mail.recipient for planned in plan.mails] == [CFO.email]


def test_somebody_new_gets_a_summary_and_the_others_nothing(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate
) -> None:
    refresh(make_settings(), store, [evaluate()], DAY, "p1")
    tomorrow = DAY + timedelta(days=1)
    plan, _ = refresh(make_settings(people=(CFO, CONTROLLER)), store, [evaluate(day=tomorrow)], tomorrow, "p2")
    assert [(planned.mail.recipient, planned.mail.kind) for planned in plan.mails] == [(CONTROLLER.email, "baseline")]


def test_with_mail_off_states_go_on_and_the_first_mail_is_one_summary(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate
) -> None:
    off = make_settings(enabled=False)
    plan, result = refresh(off, store, [evaluate("A")], DAY, "p1")
    assert (len(plan.mails), result.events, result.mails) == (1, 1, 0)
    assert rows_in(store) == {"alert_state": 1, "alert_event": 1, "outbox": 0, "reader": 0}
    tomorrow = DAY + timedelta(days=1)
    found = [evaluate("A", tomorrow), evaluate("B", tomorrow)]
    plan, result = refresh(make_settings(), store, found, tomorrow, "p2")
    assert ([planned.mail.kind for planned in plan.mails], result.mails) == (["baseline"], 1)
    assert "2 clientes" in subjects(plan)[0]


def test_mail_switched_on_later_the_same_day_still_gets_its_summary(
    make_settings: MakeSettings, store: Store, evaluate: Evaluate
) -> None:
    refresh(make_settings(enabled=False), store, [evaluate()], DAY, "p1")
    _, result = refresh(make_settings(), store, [evaluate()], DAY, "p1")
    assert result == CommitResult(events=0, mails=1, already=False)
    _, result = refresh(make_settings(), store, [evaluate()], DAY, "p1")
    assert result == CommitResult(events=0, mails=0, already=True)


def test_a_past_day_is_shown_but_changes_nothing(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    refresh(settings, store, [evaluate("A")], DAY, "p1")
    before = rows_in(store)
    past = DAY - timedelta(days=40)
    plan, result = refresh(settings, store, [evaluate("OLD", past)], past, "p2")
    assert plan.in_the_past
    assert [(row["subject"], row["state"]) for row in plan.rows] == [("OLD", "open")]
    assert (plan.mails, result.already, rows_in(store)) == ((), True, before)


def test_a_person_who_acts_between_plan_and_commit_is_not_overwritten(
    settings: Settings, store: Store, evaluate: Evaluate
) -> None:
    refresh(settings, store, [evaluate("A"), evaluate("B")], DAY, "p1")
    tomorrow = DAY + timedelta(days=1)
    found = [evaluate("A", tomorrow, observed=Decimal(111000)), evaluate("B", tomorrow)]
    plan = plan_alerts(settings, clock_of(tomorrow), found, store)
    acknowledge(store, clock_of(DAY), found[0].key, by="Lucía")
    commit_plan(store, plan, "p2")
    with store.read() as connection:
        row = connection.execute(select(alert_state).where(alert_state.c.alert_key == found[0].key)).mappings().one()
    assert (row["state"], row["ack_by"], row["observed"]) == (State.ACKNOWLEDGED, "Lucía", Decimal(111000))


def test_a_crash_before_the_commit_is_repaired_by_the_next_run(
    settings: Settings, store: Store, evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_alerts(settings, clock_of(DAY), [evaluate()], store)
    with monkeypatch.context() as patch:

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("orchestration.store.alert_rows.write_run", die)  # the very last write of the transaction
        with pytest.raises(KeyboardInterrupt):
            commit_plan(store, plan, "p1")
    assert rows_in(store) == {"alert_state": 0, "alert_event": 0, "outbox": 0, "reader": 0}
    with open_store(settings) as reopened:
        _, result = refresh(settings, reopened, [evaluate()], DAY, "p2")
    assert (result.events, result.mails) == (1, 1)


def test_the_digest_sorts_what_happened(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    refresh(settings, store, [evaluate(name) for name in ("worse", "eased", "gone", "stays", "sleeps")], DAY, "p1")
    tomorrow = DAY + timedelta(days=1)
    snooze(store, clock_of(DAY), evaluate("sleeps").key, by="Ana", until=tomorrow + timedelta(days=2))
    found = [
        evaluate("worse", tomorrow, severity=Severity.CRITICAL),
        evaluate("eased", tomorrow, severity=Severity.LOW),
        passed(evaluate("gone", tomorrow)),
        evaluate("stays", tomorrow),
        evaluate("sleeps", tomorrow),
        evaluate("fresh", tomorrow),
    ]
    plan = plan_alerts(settings, clock_of(tomorrow), found, store)
    with store.read() as connection:
        news = [*(stored.event for stored in read_events(connection, after=5)), *plan.transition.events]
    digest = build_digest(CFO, tomorrow, plan.transition.states, news)
    named = {
        section: [item.alert.subject for item in getattr(digest, section)]
        for section in ("new", "worse", "eased", "resolved", "expiring")
    }
    assert named == {
        "new": ["fresh"],
        "worse": ["worse"],
        "eased": ["eased"],
        "resolved": ["gone"],
        "expiring": ["sleeps"],
    }
    assert digest.still_open == 2
    assert digest.worth_sending


def test_opened_and_resolved_between_two_mails_is_no_news(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    refresh(settings, store, [evaluate("A")], DAY, "p1")
    refresh(settings, store, [evaluate("A"), evaluate("B")], DAY, "p2")
    tomorrow = DAY + timedelta(days=1)
    plan, _ = refresh(settings, store, [evaluate("A", tomorrow), passed(evaluate("B", tomorrow))], tomorrow, "p3")
    assert subjects(plan) == []


def test_money_is_counted_once_for_each_customer_and_never_across_currencies(evaluate: Evaluate) -> None:
    found = [
        evaluate("A", exposure_base=Decimal(100)),
        evaluate("A", rule_id="R11", exposure_base=Decimal(70)),
        evaluate("B", exposure_base=Decimal("0.10")),
        evaluate("A", company="ACO", base_currency="COP", exposure_base=Decimal(5)),
    ]
    states = next_states({}, found, DAY, AlertParams()).states
    assert exposure_of(states.values()) == {"COP": Decimal(5), "MXN": Decimal("100.10")}


def test_the_published_rows_have_the_columns_they_promise(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    plan, _ = refresh(settings, store, [evaluate(), evaluate("C-002", rule_id="R99", customer_name=None)], DAY, "p1")
    assert [list(row) for row in plan.rows] == [[name for name, _, _ in ALERT_COLUMNS]] * 2
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE alert (" + ", ".join(f"{name} {kind}" for name, kind, _ in ALERT_COLUMNS) + ")"
        )
        marks = ", ".join("?" * len(ALERT_COLUMNS))
        connection.executemany(f"INSERT INTO alert VALUES ({marks})", [list(row.values()) for row in plan.rows])
        assert connection.execute("SELECT rule_id, observed, first_seen, why_en FROM alert ORDER BY 1").fetchall() == [
            ("R07", Decimal(110000), DAY, "It is MXN 10,000.00 over its limit."),
            ("R99", Decimal(110000), DAY, None),
        ]


def test_preview_writes_files_and_nothing_else(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    before = rows_in(store)
    folder = settings.home / "preview"
    files = preview(settings, clock_of(DAY), [evaluate()], store, folder)
    assert [file.name for file in files] == [
        f"2025-06-30_lucia@andino.example.{ending}" for ending in ("eml", "html", "txt")
    ]
    assert all(file.stat().st_size > 500 for file in files)
    assert rows_in(store) == before
    refresh(settings, store, [evaluate()], DAY, "p1")
    assert preview(settings, clock_of(DAY), [evaluate()], store, folder) == []
    assert len(preview(settings, clock_of(DAY), [evaluate()], store, folder, standing=True)) == 3


COLUMNS = """
    rule_id VARCHAR, subject VARCHAR, evaluated_on DATE, company VARCHAR, customer_id VARCHAR, customer_name VARCHAR,
    outcome VARCHAR, severity VARCHAR, observed {number}, threshold DECIMAL(28,10), exposure_base DECIMAL(18,4),
    base_currency VARCHAR, breached_since DATE, rule_version VARCHAR, owner VARCHAR, corrective_action_es VARCHAR,
    corrective_action_en VARCHAR, evidence JSON
"""
ROW = """
    ('R07', 'C-1', DATE '2025-06-30', 'AMX', 'C-1', 'Uno', 'breach', 'critical', 1200.10, 1000, 1200.10, 'MXN',
     DATE '2025-06-01', '2025-01-01', 'Ana', 'Detener', 'Stop', '{"open_base": "1200.10"}')
"""


def test_evaluations_are_read_as_decimals_for_their_day() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE fct_policy_evaluation ({COLUMNS.format(number='DECIMAL(28,10)')})")
        connection.execute(f"INSERT INTO fct_policy_evaluation VALUES {ROW}")
        (found,) = read_evaluations(connection, DAY)
        assert read_evaluations(connection, DAY + timedelta(days=1)) == []
    assert (found.outcome, found.severity, found.observed) == (Outcome.BREACH, Severity.CRITICAL, Decimal("1200.10"))
    assert (found.exposure_base, found.breached_since, found.owner) == (Decimal("1200.10"), date(2025, 6, 1), "Ana")


@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        (COLUMNS.format(number="DOUBLE"), ROW, "not a decimal"),
        (COLUMNS.format(number="DECIMAL(28,10)"), ROW.replace("'breach'", "'broken'"), "can't be understood"),
        (COLUMNS.format(number="DECIMAL(28,10)"), ROW.replace("'critical'", "'awful'"), "can't be understood"),
        (COLUMNS.format(number="DECIMAL(28,10)").replace("owner", "boss"), ROW, "can't be read"),
    ],
)
def test_evaluations_that_break_the_contract_are_refused(columns: str, row: str, said: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE fct_policy_evaluation ({columns})")
        connection.execute(f"INSERT INTO fct_policy_evaluation VALUES {row}")
        with pytest.raises(BadInput, match=said):
            read_evaluations(connection, DAY)


def test_the_foot_says_what_was_compared_and_nothing_more() -> None:
    with duckdb.connect() as connection:
        assert read_context(connection) == MailContext()
        connection.execute("""
            CREATE TABLE tie_out_verdict AS
            SELECT * FROM (VALUES
                ('AMX', '1105', DATE '2025-06-30', 0.00::DECIMAL(38,4), false),
                ('ACO', '1305', DATE '2025-05-31', 1.00::DECIMAL(38,4), true),
                ('ACO', '1310', DATE '2025-05-31', 0.00::DECIMAL(38,4), false)
            ) AS t (company, account, as_of, unexplained, is_above_tolerance)
        """)
        connection.execute("CREATE TABLE load_history (source VARCHAR, status VARCHAR, loaded_at TIMESTAMP)")
        connection.execute("""
            INSERT INTO load_history VALUES
                ('erp', 'accepted', '2025-06-29 10:00'), ('erp', 'accepted', '2025-06-30 10:00'),
                ('erp', 'refused', '2025-06-30 11:00')
        """)
        assert read_context(connection) == MailContext(
            tied=frozenset({"AMX"}),
            differences=(Difference("ACO", "1305", Decimal("1.0000"), date(2025, 5, 31)),),
            compared_on={"AMX": date(2025, 6, 30), "ACO": date(2025, 5, 31)},
            sources=(("erp", datetime.fromisoformat("2025-06-30T10:00")),),
        )


def test_runs_are_remembered(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    refresh(settings, store, [evaluate()], DAY, "p1")
    with store.read() as connection:
        row = connection.execute(select(alert_run)).mappings().one()
    assert (row["publication_id"], row["evaluated_on"], row["evaluations"], row["mails"]) == ("p1", DAY, 1, 1)
