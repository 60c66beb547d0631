"""Opening the ops store: the engine, its safety switches, and the migrations that bring it up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from orchestration.errors import BadInput, Busy, OutOfReach
from orchestration.settings.models import Settings

MIGRATIONS = Path(__file__).parents[1] / "migrations"
HEAD = "0001"
"""The newest migration; a test holds it against the folder."""

FILE_NAME = "cartera.sqlite"
BUSY_SECONDS = 15
_WRITES = "cartera_writes"


class Store:
    """The ops store: what people and the alert machine must remember between runs.

    `read()` and `write()` each give a SQLAlchemy connection inside one transaction; `write()` takes the write
    lock at once, so what it reads is still true when it writes. Thread-safe; close it when done.
    """

    def __init__(self, engine: Engine, lock_dir: Path) -> None:
        self._engine = engine
        self._lock_dir = lock_dir

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the store. OutOfReach when the database does not answer."""
        with _reachable(self._engine.url), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is kept or none. OutOfReach when the database does not answer."""
        with _reachable(self._engine.url), self._engine.connect() as raw:
            connection = raw.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def only_one(self, purpose: str, *, wait_seconds: float = 0) -> Iterator[None]:
        """Holds the lock named `purpose` (a word) among all processes of this home.

        Busy when somebody else still has it after `wait_seconds`.

        The lock is the operating system's: it falls when its holder dies.
        """
        self._lock_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._lock_dir / f"{purpose}.lock", timeout=wait_seconds)
        try:
            lock.acquire()
        except Timeout:
            raise Busy(
                f"another process is already at it: {purpose}",
                where=str(lock.lock_file),
                next_step="wait for it to finish and try again",
            ) from None
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(settings: Settings) -> Store:
    """The store of a home, brought to the newest schema. SQLite in `ops/` unless `settings.ops_url` says otherwise.

    Raises BadInput when the address can't be used or the store was written by a newer Cartera,
    OutOfReach when the place can't be written or the server does not answer.
    """
    url = _address(settings)
    try:
        settings.ops_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutOfReach(
            "the ops folder can't be made",
            where=str(settings.ops_dir),
            found=error.strerror or str(error),
            next_step="give this user write access to CARTERA_HOME, or name another home",
        ) from error
    try:
        engine = _engine(url)
    except (ArgumentError, ImportError) as error:
        raise BadInput(
            "the address of the ops store can't be used",
            where=url.render_as_string(hide_password=True),
            found=str(error),
            expected="a SQLAlchemy address whose driver is installed",
            next_step="correct CARTERA_OPS_URL, or leave it out for SQLite in the home",
        ) from error
    try:
        with _reachable(url):
            _migrate(engine, settings.ops_dir)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, settings.ops_dir)


def _address(settings: Settings) -> URL:
    if settings.ops_url is None:
        return URL.create("sqlite", database=str(settings.ops_dir / FILE_NAME))
    try:
        return make_url(settings.ops_url.get_secret_value())
    except ArgumentError:
        raise BadInput(
            "the address of the ops store can't be read",
            where="CARTERA_OPS_URL",
            found="text that is no SQLAlchemy address (not shown: it may hold a password)",
            expected="for example postgresql+psycopg://user@host/cartera",
            next_step="correct the variable, or leave it out for SQLite in the home",
        ) from None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # transactions are begun below, by hand: the driver's own habit opens them too late to be worth a lock
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL, not NORMAL: losing "the mail was accepted" in a power cut would send it again
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _reachable(url: URL) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if type(error) not in (OperationalError, DatabaseError):  # the kinds below these are our own mistakes
            raise
        raise OutOfReach(
            "the ops store does not answer",
            where=url.render_as_string(hide_password=True),
            found=str(error.orig),
            expected="a database this user can read and write",
            next_step="check that the server runs, the disk has room and the folder is writable; then run again",
        ) from error


def _migrate(engine: Engine, lock_dir: Path) -> None:
    if _version(engine) == HEAD:
        return
    try:
        with FileLock(lock_dir / "migrate.lock", timeout=BUSY_SECONDS), engine.connect() as raw:
            connection = raw.execution_options(**{_WRITES: True})
            with connection.begin():
                command.upgrade(alembic_config(connection), "head")
    except Timeout:
        raise Busy(
            "another process is bringing the ops store up to date",
            where=str(lock_dir),
            next_step="wait for it to finish and try again",
        ) from None
    except CommandError as error:
        raise BadInput(
            "the ops store was written by another version of Cartera",
            where=engine.url.render_as_string(hide_password=True),
            found=f"schema {_version(engine)}",
            expected=f"schema {HEAD} or an older one",
            next_step="use the Cartera that wrote it, or a newer one; nothing was changed",
        ) from error


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for our migrations on an open connection; no alembic.ini is needed."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
