"""The tables of the draft of the next version."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from engine.store.columns import Json, Moment
from engine.store.schema import Serial, metadata, optional_column, text_column

#: `slot` holds one word while the draft is open and nothing afterwards, so that only one is open at a time.
policy_drafts = Table(
    "policy_drafts",
    metadata,
    Column("id", Serial, primary_key=True),
    text_column("base_number"),
    Column("base_digest", String(64), nullable=False),
    text_column("status"),
    optional_column("slot"),
    text_column("begun_by"),
    Column("begun_at", Moment(), nullable=False),
    optional_column("closed_by"),
    Column("closed_at", Moment(), nullable=True),
    UniqueConstraint("slot"),
)

#: Append-only: the latest save of a path that is not aside is what the draft holds.
policy_draft_saves = Table(
    "policy_draft_saves",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("draft_id", Serial, ForeignKey("policy_drafts.id"), nullable=False),
    Column("path", String(200), nullable=False),
    Column("revision", Integer(), nullable=False),
    Column("digest", String(64), ForeignKey("artefacts.digest"), nullable=True),
    text_column("by"),
    Column("at", Moment(), nullable=False),
    text_column("how"),
    Index(None, "draft_id", "path"),
)

policy_rehearsals = Table(
    "policy_rehearsals",
    metadata,
    Column("digest", String(64), primary_key=True),
    text_column("asked_by"),
    Column("asked_at", Moment(), nullable=False),
    Column("beat_at", Moment(), nullable=False),
    Column("done", Integer(), nullable=False),
    Column("total", Integer(), nullable=False),
    Column("faults", Json(tuple[str, ...]), nullable=False),
    Column("is_finished", Boolean(), nullable=False),
)
