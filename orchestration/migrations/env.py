"""Runs the migrations on the connection the store hands over (`orchestration.store.database`)."""

from __future__ import annotations

from alembic import context

from orchestration.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter most columns: later migrations copy the table instead
)
context.run_migrations()
