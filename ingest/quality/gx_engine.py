"""The one shim Great Expectations needs to read DuckDB, and the data source that uses it.

`SqlAlchemyExecutionEngine.execute_query` (great_expectations 1.24.1, execution_engine/sqlalchemy_execution_engine.py)
runs the query inside `with self.get_connection() as connection:` and returns the result after the block. For dialects
outside `_PERSISTED_CONNECTION_DIALECTS` the block closes the connection; a DuckDB result has no rows without it, so
every expectation dies with "list index out of range" (upstream issues 10738 and 11579; a native engine is proposed in
pull request 12084). `get_connection` below keeps the connection open, as the base class does for SQLite.
tests/ingest/quality/test_gx_engine.py fails when upstream no longer needs this file, or when it stops working.

Importing this module imports Great Expectations (3 to 4 seconds): only runner.py does it, when there is work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Literal

import sqlalchemy
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine


class DuckdbExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]  # great_expectations is untyped to us
    """GX's SQL engine, holding one connection open until it is closed itself."""

    _connection: sqlalchemy.Connection | None

    @contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        """The engine's connection, opened on first use and kept."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """Close the kept connection, then the engine."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()


class DuckdbBatches(SQLDatasource):  # type: ignore[misc]  # great_expectations is untyped to us
    """A GX data source over DuckDB, registered by GX under the name of its `type`."""

    # the annotation must be evaluated by pydantic v1 inside GX, which reads `type` to register the class
    type: Literal["duckdb_batches"] = "duckdb_batches"
    execution_engine_override: ClassVar[Any] = DuckdbExecutionEngine
