"""Alembic's entry: runs in the transaction that `engine.store.migrate` opened."""

from __future__ import annotations

from alembic import context

from engine.store import schema_records, schema_sessions
from engine.store.schema import metadata

# Imported so that their tables are in the metadata.
assert schema_records.requests.metadata is schema_sessions.sessions.metadata is metadata  # noqa: S101

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    version_table="alongside_version",
)
with context.begin_transaction():
    context.run_migrations()
