"""The tables. What changes here needs a migration; a test holds the two equal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    true,
)

from engine.model.outcome import DeadlineSum, Token
from engine.store.columns import Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows only when the key is an INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")


def text_column(name: str, **more: Any) -> Column[str]:
    return Column(name, String(), nullable=False, **more)


def optional_column(name: str) -> Column[str]:
    return Column(name, String(), nullable=True)


def case_column(**more: Any) -> Column[str]:
    return Column("case_id", String(40), ForeignKey("cases.id"), nullable=False, **more)


def place_columns() -> tuple[Column[str], ...]:
    """Where in the process: element, process and the chain of calls (`where` is a word of SQL)."""
    return text_column("element_id"), text_column("process_id"), text_column("place")


people = Table(
    "people",
    metadata,
    Column("username", String(200), primary_key=True),
    text_column("name"),
    text_column("email"),
    Column("roles", Json(list[str]), nullable=False),
    Column("teams", Json(list[str]), nullable=False),
    text_column("password_hash"),
)

artefacts = Table(
    "artefacts",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary(), nullable=False),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    text_column("status"),
    Column("effective_from", Date(), nullable=False),
    text_column("updated_by"),
    Column("updated_at", Moment(), nullable=False),
    text_column("change_note"),
    Column("review_date", Date(), nullable=True),
    optional_column("approved_by"),
    Column("approved_at", Moment(), nullable=True),
    Column("approved_digest", String(64), nullable=True),
)

policy_files = Table(
    "policy_files",
    metadata,
    Column("policy_digest", String(64), primary_key=True),
    Column("path", String(500), primary_key=True),
    Column("digest", String(64), ForeignKey("artefacts.digest"), nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(40), primary_key=True),
    text_column("title"),
    text_column("team"),
    optional_column("worker"),
    text_column("status"),
    Column("version", Integer(), nullable=False),
    Column("policy_digest", String(64), nullable=False),
    text_column("policy_number"),
    Column("opened_at", Moment(), nullable=False),
    Column("ended_at", Moment(), nullable=True),
    text_column("outcome"),
    Column("state", LargeBinary(), nullable=False),
    Column("tokens", Json(tuple[Token, ...]), nullable=False),
    Column("journal_seq", Integer(), nullable=False),
    Column("journal_hash", String(64), nullable=False),
    Index(None, "opened_at", "id"),
    Index(None, "team", "opened_at", "id"),
    Index(None, "worker"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", String(200), primary_key=True),
    case_column(),
    text_column("local_id"),
    *place_columns(),
    text_column("name"),
    text_column("form_id"),
    Column("roles", Json(tuple[str, ...]), nullable=False),
    optional_column("assignee"),
    optional_column("claimed_by"),
    Column("due", Moment(), nullable=True),
    Column("due_order", Moment(), nullable=False),
    Column("follow_up", Moment(), nullable=True),
    Column("warn", Moment(), nullable=True),
    Column("planned_for", Date(), nullable=True),
    Column("deadline", Json(DeadlineSum), nullable=True),
    text_column("team"),
    Column("opened_at", Moment(), nullable=False),
    Column("opened_version", Integer(), nullable=False),
    Column("properties", Json(dict[str, str]), nullable=False),
    Column("documentation", Text(), nullable=False),
    Column("closed_at", Moment(), nullable=True),
    text_column("closed"),
    optional_column("completed_by"),
    Index(None, "case_id", "closed_at"),
)
_OPEN = tasks.c.closed_at.is_(None)
for _name, _columns in {
    "ix_tasks_open_team": (tasks.c.team, tasks.c.due_order, tasks.c.id),
    "ix_tasks_open_due": (tasks.c.due_order, tasks.c.id),
}.items():
    Index(_name, *_columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
for _held in (tasks.c.assignee, tasks.c.claimed_by):
    _taken = and_(_OPEN, _held.is_not(None))
    Index(f"ix_tasks_open_{_held.name}", _held, tasks.c.due_order, sqlite_where=_taken, postgresql_where=_taken)

#: One row for each role that a task is offered to: what lists read, and who has been involved in a case. Free is a task
#: that nobody holds; the indexes of open offers end with it, so that a list of free tasks never looks at the tasks
#: themselves. A closed offer leaves them: what has been done costs the lists nothing. (SQLite looks up a column that an
#: index lacks, even where the index holds no other value of it.)
offers = Table(
    "offers",
    metadata,
    Column("task_id", String(200), ForeignKey("tasks.id"), primary_key=True),
    Column("role", String(100), primary_key=True),
    case_column(),
    text_column("team"),
    Column("due_order", Moment(), nullable=False),
    Column("is_open", Boolean(), nullable=False),
    Column("is_free", Boolean(), nullable=False, server_default=true()),
    Index(None, "role", "case_id"),
    sqlite_with_rowid=False,
)
_LISTED = (offers.c.role, offers.c.due_order, offers.c.task_id, offers.c.is_free, offers.c.is_open)
_OFFERED = offers.c.is_open.is_(True)
for _name, _columns in {"ix_offers_open_role": _LISTED, "ix_offers_open_team": (offers.c.team, *_LISTED)}.items():
    Index(_name, *_columns, sqlite_where=_OFFERED, postgresql_where=_OFFERED)

timers = Table(
    "timers",
    metadata,
    Column("id", String(200), primary_key=True),
    case_column(index=True),
    Column("task_id", String(200), nullable=True, index=True),
    text_column("kind"),
    Column("due", Moment(), nullable=False),
    text_column("name"),
    *place_columns(),
    Column("held", Boolean(), nullable=False),
    text_column("sentence"),
    Index(None, "held", "due", "id"),
)

waits = Table(
    "waits",
    metadata,
    Column("id", String(200), primary_key=True),
    case_column(index=True),
    *place_columns(),
    text_column("name"),
    text_column("message"),
    Column("properties", Json(dict[str, str]), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(250), primary_key=True),
    case_column(index=True),
    text_column("local_id"),
    *place_columns(),
    text_column("name"),
    text_column("type"),
    Column("variables", Json(), nullable=False),
    Column("headers", Json(dict[str, str]), nullable=False),
    Column("properties", Json(dict[str, str]), nullable=False),
    Column("retries", Integer(), nullable=False),
    Column("attempts", Integer(), nullable=False),
    Column("run", Integer(), nullable=False),
    text_column("status"),
    text_column("last_error"),
    Column("opened_at", Moment(), nullable=False),
    Column("closed_at", Moment(), nullable=True),
    Index(None, "status", "opened_at"),
)

#: Append-only: triggers of the first migration refuse UPDATE and DELETE. Moments are the text that was hashed.
journal = Table(
    "journal",
    metadata,
    Column("case_id", String(40), ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer(), primary_key=True),
    text_column("kind"),
    text_column("actor"),
    text_column("role"),
    text_column("done_at"),
    text_column("recorded_at"),
    text_column("policy_digest"),
    Column("version", Integer(), nullable=False),
    Column("body", Text(), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

advice = Table(
    "advice",
    metadata,
    Column("case_id", String(40), ForeignKey("cases.id"), primary_key=True),
    Column("variable", String(200), primary_key=True),
    Column("place", String(500), primary_key=True),
    text_column("decision_id"),
    text_column("element_id"),
    text_column("process_id"),
    Column("result", Json(), nullable=True),
    Column("trace", Json(), nullable=False),
    Column("made_at", Moment(), nullable=False),
    Column("seq", Integer(), nullable=False),
)
