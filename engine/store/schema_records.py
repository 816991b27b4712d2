"""The tables of what is remembered beside the running case: requests, drafts, letters, mails, troubles, looks."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from engine.store.columns import Json, Moment
from engine.store.schema import Serial, case_column, metadata, optional_column, text_column

requests = Table(
    "requests",
    metadata,
    Column("key", String(250), primary_key=True),
    text_column("command"),
    text_column("actor"),
    Column("answer", LargeBinary(), nullable=True),
    Column("at", Moment(), nullable=False),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("task_id", String(200), ForeignKey("tasks.id"), primary_key=True),
    Column("username", String(200), primary_key=True),
    Column("raw", Json(dict[str, list[str]]), nullable=False),
    Column("saved_at", Moment(), nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Serial, primary_key=True),
    case_column(index=True),
    Column("stable_key", String(250), nullable=False),
    optional_column("job_id"),
    text_column("letter"),
    text_column("title"),
    text_column("recipient"),
    text_column("media_type"),
    Column("digest", String(64), ForeignKey("artefacts.digest"), nullable=False),
    Column("size", Integer(), nullable=False),
    Column("made_at", Moment(), nullable=False),
    Column("meta", Json(), nullable=False),
    Column("sent_at", Moment(), nullable=True),
    text_column("channel"),
    text_column("reference"),
    UniqueConstraint("stable_key"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Serial, primary_key=True),
    case_column(index=True),
    text_column("filename"),
    text_column("media_type"),
    Column("digest", String(64), ForeignKey("artefacts.digest"), nullable=False),
    Column("size", Integer(), nullable=False),
    text_column("added_by"),
    Column("added_at", Moment(), nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stable_key", String(250), nullable=False),
    optional_column("case_id"),
    text_column("sender"),
    Column("recipients", Json(tuple[str, ...]), nullable=False),
    text_column("subject"),
    Column("text", Text(), nullable=False),
    Column("html", Text(), nullable=True),
    Column("attachments", Json(tuple[tuple[str, str, str], ...]), nullable=False),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("stable_key"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Serial, primary_key=True),
    text_column("case_id"),
    text_column("element_id"),
    text_column("kind"),
    Column("reason", Text(), nullable=False),
    Column("what", Json(), nullable=False),
    text_column("status"),
    Column("times", Integer(), nullable=False),
    Column("raised_at", Moment(), nullable=False),
    Column("last_at", Moment(), nullable=False),
    Column("resolved_at", Moment(), nullable=True),
    optional_column("resolved_by"),
    Index(None, "status", "last_at"),
    Index(None, "case_id", "status"),
)

#: Append-only, like the journal.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Serial, primary_key=True),
    text_column("case_id"),
    text_column("username"),
    text_column("role"),
    Column("at", Moment(), nullable=False),
    text_column("what"),
    text_column("why", server_default=""),
    Index(None, "case_id", "at"),
)

#: What the product itself must remember: one row a name, such as how far the demo clock was moved.
product = Table("product", metadata, Column("name", String(100), primary_key=True), text_column("value"))
