"""What a PostgreSQL role that serves the product may do: everything that the product does, and nothing to history."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, text

from engine.store import schema_anchors, schema_policy_drafts, schema_records
from engine.store.database import open_database, writing
from engine.store.migrate import VERSION_TABLE
from engine.store.schema import artefacts, journal, metadata, policy_files

#: Tables of the schema "dbos" are the queue's own: it inserts, updates and deletes in all of them.
QUEUE_SCHEMA = "dbos"
#: History: rows are added and read. Of a letter, when and how it left is filled in later.
HISTORY: dict[Table, tuple[str, ...]] = {
    journal: (),
    artefacts: (),
    policy_files: (),
    schema_records.access_log: (),
    schema_records.attachments: (),
    schema_records.documents: ("sent_at", "channel", "reference"),
    schema_records.mails: (),
    schema_policy_drafts.policy_draft_saves: (),
    schema_anchors.anchors: (),
}
#: Rows change until they are final; then a trigger holds them. They are never removed.
KEPT = frozenset({"cases", "incidents", "people", "policy_drafts", "policy_versions", "tasks", "jobs", "anchored"})
_EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"


class GrantsRefused(Exception):
    """A role that cannot be held to grants, or none at all."""


def statements(role: str) -> list[str]:
    """What the owner says to PostgreSQL, in order. What the role had on these tables before is taken back first."""
    name = _quoted(role)
    own = [table for table in metadata.sorted_tables if table in HISTORY]
    said = [
        f"GRANT USAGE ON SCHEMA public, {QUEUE_SCHEMA} TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT SELECT ON {VERSION_TABLE} TO {name}",
        f"GRANT SELECT, INSERT ON {_named(own)} TO {name}",
    ]
    for table, columns in HISTORY.items():
        if columns:
            said.append(f"GRANT UPDATE ({', '.join(columns)}) ON {table.name} TO {name}")
    kept = [table for table in metadata.sorted_tables if table.name in KEPT]
    rest = [table for table in metadata.sorted_tables if table not in HISTORY and table.name not in KEPT]
    said += [
        f"GRANT SELECT, INSERT, UPDATE ON {_named(kept)} TO {name}",
        f"GRANT {_EVERYTHING} ON {_named(rest)} TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"GRANT {_EVERYTHING} ON ALL TABLES IN SCHEMA {QUEUE_SCHEMA} TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {QUEUE_SCHEMA} TO {name}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {QUEUE_SCHEMA} TO {name}",
    ]
    return said


def grant(url: str, role: str) -> list[str]:
    """Say them, connected as the owner. Raises GrantsRefused."""
    engine = open_database(url)
    try:
        with writing(engine) as connection:
            _must_be_lesser(connection, role)
            said = statements(role)
            for statement in said:
                connection.execute(text(statement))
        return said
    finally:
        engine.dispose()


def _must_be_lesser(connection: Connection, role: str) -> None:
    """A superuser or an owner may do everything, whatever is granted."""
    asked = text("SELECT rolsuper FROM pg_roles WHERE rolname = :role")
    is_super = connection.execute(asked, {"role": role}).scalar()
    if is_super is None:
        raise GrantsRefused(f"There is no role {role}: CREATE ROLE {_quoted(role)} LOGIN PASSWORD '...' makes one.")
    owned = text(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(:role, tableowner, 'USAGE')"
    )
    owns: Sequence[str] = connection.scalars(owned, {"role": role}).all()
    if is_super or owns:
        why = "is a superuser" if is_super else f"owns {owns[0]}"
        raise GrantsRefused(f"The role {role} {why}: no grant can hold it. Serve as another role.")


def _named(tables: Sequence[Table]) -> str:
    return ", ".join(table.name for table in tables)


def _quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
