"""Alembic's entry: runs in the transaction that `engine.store.migrate` opened."""

from __future__ import annotations

from alembic import context

from engine.store import schema_records
from engine.store.schema import metadata

assert schema_records.requests.metadata is metadata  # noqa: S101  (imported so that its tables are in the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    version_table="alongside_version",
)
with context.begin_transaction():
    context.run_migrations()
