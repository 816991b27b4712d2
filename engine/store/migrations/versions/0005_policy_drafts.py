"""The draft of the next version: the draft itself, every save of it, and rehearsals by digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Json, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: SQLite numbers rows only when the key is an INTEGER.
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _drafts()
    _saves()
    _rehearsals()


def _drafts() -> None:
    op.create_table(
        "policy_drafts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("base_number", sa.String(), nullable=False),
        sa.Column("base_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=True),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_policy_drafts"),
        sa.UniqueConstraint("slot", name="uq_policy_drafts_slot"),
    )


def _saves() -> None:
    op.create_table(
        "policy_draft_saves",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("draft_id", SERIAL, nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["artefacts.digest"], name="fk_policy_draft_saves_digest"),
        sa.ForeignKeyConstraint(["draft_id"], ["policy_drafts.id"], name="fk_policy_draft_saves_draft_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_draft_saves"),
    )
    op.create_index("ix_policy_draft_saves_draft_id_path", "policy_draft_saves", ["draft_id", "path"], unique=False)


def _rehearsals() -> None:
    op.create_table(
        "policy_rehearsals",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("faults", Json(), nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_policy_rehearsals"),
    )
