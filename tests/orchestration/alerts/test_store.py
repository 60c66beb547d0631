"""The ops store: its schema, its exactness, its safety."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, StatementError

from orchestration.alerts.machine import next_states
from orchestration.alerts.model import AlertParams
from orchestration.errors import BadInput, Busy, OutOfReach
from orchestration.settings import Settings
from orchestration.store import Store, acknowledge, add_note, open_store, read_notes, snooze
from orchestration.store import alert_rows as rows
from orchestration.store.database import FILE_NAME, HEAD, alembic_config
from orchestration.store.records import AlertState, EventKind, Severity, State
from orchestration.store.tables import metadata
from orchestration.store.types import ExactDecimal

from .cases import DAY, Evaluate, clock_of

if TYPE_CHECKING:
    from sqlalchemy import Connection


def keep_one_open(store: Store, evaluate: Evaluate) -> AlertState:
    transition = next_states({}, [evaluate()], DAY, AlertParams())
    with store.write() as connection:
        rows.write_states(connection, transition.states.values())
        rows.append_events(connection, transition.events, at=clock_of(DAY).now(), publication_id="p1")
    return next(iter(transition.states.values()))


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_is_the_newest_migration(store: Store) -> None:
    with store.write() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == HEAD


def test_opening_again_keeps_what_is_there(settings: Settings, store: Store, evaluate: Evaluate) -> None:
    kept = keep_one_open(store, evaluate)
    with open_store(settings) as again, again.read() as connection:
        assert rows.read_states(connection) == {kept.alert_key: kept}


def test_sqlite_runs_with_a_write_ahead_log_and_full_durability(store: Store) -> None:
    with store.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_store_of_a_newer_cartera_is_refused_and_left_alone(settings: Settings, store: Store) -> None:
    store.close()
    engine = create_engine(f"sqlite:///{settings.ops_dir / FILE_NAME}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="another version") as caught:
        open_store(settings)
    assert "9999" in caught.value.found
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_a_file_that_is_no_database_is_an_error_in_words(settings: Settings) -> None:
    settings.ops_dir.mkdir(parents=True)
    (settings.ops_dir / FILE_NAME).write_bytes(b"this is no database " * 100)
    with pytest.raises(OutOfReach, match="ops store"):
        open_store(settings)


def test_an_address_with_a_password_never_shows_it(settings: Settings) -> None:
    broken = settings.model_copy(update={"ops_url": SecretStr("no driver://cartera:hunter2@db")})
    with pytest.raises(BadInput) as caught:
        open_store(broken)
    assert "hunter2" not in str(caught.value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14))
def test_amounts_come_back_digit_by_digit(amount: Decimal) -> None:
    column, dialect = ExactDecimal(), sqlite.dialect()
    back = column.process_result_value(column.process_bind_param(amount, dialect), dialect)
    assert back == amount
    assert back is not None
    assert back.as_tuple() == amount.as_tuple()


def test_amounts_are_numeric_on_postgres() -> None:
    dialect = postgresql.dialect()
    assert ExactDecimal().load_dialect_impl(dialect).compile(dialect) == "NUMERIC"
    assert ExactDecimal().process_bind_param(Decimal("0.10"), dialect) == Decimal("0.10")


@pytest.mark.parametrize("wrong", [0.1, Decimal("NaN"), Decimal("Infinity"), "1.0"])
def test_a_float_never_gets_in(store: Store, evaluate: Evaluate, wrong: object) -> None:
    transition = next_states({}, [evaluate(observed=wrong)], DAY, AlertParams())
    with pytest.raises(StatementError, match="finite Decimal"), store.write() as connection:
        rows.write_states(connection, transition.states.values())


def test_a_failed_transaction_leaves_nothing(store: Store, evaluate: Evaluate) -> None:
    transition = next_states({}, [evaluate()], DAY, AlertParams())

    def write(connection: Connection) -> None:
        rows.write_states(connection, transition.states.values())
        rows.append_events(connection, transition.events * 2, at=clock_of(DAY).now(), publication_id="p1")

    with pytest.raises(IntegrityError), store.write() as connection:
        write(connection)
    with store.read() as connection:
        assert rows.read_states(connection) == {}
        assert rows.last_seq(connection) == 0


def test_one_at_a_time(store: Store) -> None:
    with store.only_one("outbox"):
        with pytest.raises(Busy, match="outbox"), store.only_one("outbox"):
            raise AssertionError("two held the lock")
        with store.only_one("something-else"):
            pass
    with store.only_one("outbox"):
        pass


def test_people_acknowledge_and_snooze(store: Store, evaluate: Evaluate) -> None:
    opened = keep_one_open(store, evaluate)
    acked = acknowledge(store, clock_of(DAY), opened.alert_key, by="Lucía")
    assert (acked.state, acked.ack_by, acked.ack_until) == (State.ACKNOWLEDGED, "Lucía", DAY + timedelta(days=7))
    snoozed = snooze(store, clock_of(DAY), opened.alert_key, by="Lucía", until=DAY + timedelta(days=3))
    assert (snoozed.state, snoozed.ack_by, snoozed.snoozed_until) == (State.SNOOZED, None, DAY + timedelta(days=3))
    with store.read() as connection:
        history = rows.read_events(connection, alert_key=opened.alert_key)
        assert rows.read_states(connection) == {opened.alert_key: snoozed}
    assert [(stored.event.kind, stored.event.by, stored.event.version) for stored in history] == [
        (EventKind.OPENED, None, 1),
        (EventKind.ACKNOWLEDGED, "Lucía", 2),
        (EventKind.SNOOZED, "Lucía", 3),
    ]
    assert history[-1].event.to_severity is Severity.MEDIUM


def test_what_people_may_not_do(store: Store, evaluate: Evaluate) -> None:
    opened = keep_one_open(store, evaluate)
    clock = clock_of(DAY)
    with pytest.raises(BadInput, match="not open"):
        acknowledge(store, clock, "0" * 64, by="Lucía")
    with pytest.raises(BadInput, match="passed"):
        snooze(store, clock, opened.alert_key, by="Lucía", until=DAY)
    with pytest.raises(BadInput, match="too long"):
        snooze(store, clock, opened.alert_key, by="Lucía", until=date(2026, 6, 30))
    with store.read() as connection:
        assert rows.read_states(connection) == {opened.alert_key: opened}


def test_notes_are_kept_in_order(store: Store) -> None:
    for body in ("llamó", "pagará el viernes"):
        add_note(store, clock_of(DAY), topic="alert", topic_key="k", body=f" {body} ", author="Ana")
    assert [(note.body, note.author) for note in read_notes(store, topic="alert", topic_key="k")] == [
        ("llamó", "Ana"),
        ("pagará el viernes", "Ana"),
    ]
    assert read_notes(store, topic="alert", topic_key="other") == []
    with pytest.raises(BadInput, match="empty"):
        add_note(store, clock_of(DAY), topic="alert", topic_key="k", body="  ", author="Ana")


def test_an_ops_folder_that_can_not_be_made_is_said(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    Path(settings.ops_dir).write_text("a file where a folder belongs")
    with pytest.raises(OutOfReach, match="ops folder"):
        open_store(settings)
