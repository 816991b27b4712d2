"""What a case waits for, and its journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Json, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _offers()
    _timers()
    _waits()
    _jobs()
    _journal()
    _advice()


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("task_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("due_order", Moment(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_offers_case_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_offers_task_id"),
        sa.PrimaryKeyConstraint("task_id", "role", name="pk_offers"),
    )
    op.create_index("ix_offers_case_id_role", "offers", ["case_id", "role"], unique=False)
    op.create_index("ix_offers_role_case_id", "offers", ["role", "case_id"], unique=False)
    op.create_index(
        "ix_offers_is_open_role_due_order_task_id", "offers", ["is_open", "role", "due_order", "task_id"], unique=False
    )
    op.create_index(
        "ix_offers_is_open_team_role_due_order_task_id",
        "offers",
        ["is_open", "team", "role", "due_order", "task_id"],
        unique=False,
    )


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timers_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
    )
    op.create_index("ix_timers_case_id", "timers", ["case_id"], unique=False)
    op.create_index("ix_timers_held_due_id", "timers", ["held", "due", "id"], unique=False)
    op.create_index("ix_timers_task_id", "timers", ["task_id"], unique=False)


def _waits() -> None:
    op.create_table(
        "waits",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("properties", Json(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_waits_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_waits"),
    )
    op.create_index("ix_waits_case_id", "waits", ["case_id"], unique=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=250), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("variables", Json(), nullable=False),
        sa.Column("headers", Json(), nullable=False),
        sa.Column("properties", Json(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_jobs_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_case_id", "jobs", ["case_id"], unique=False)
    op.create_index("ix_jobs_status_opened_at", "jobs", ["status", "opened_at"], unique=False)


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("done_at", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column("policy_digest", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_journal_case_id"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal"),
    )


def _advice() -> None:
    op.create_table(
        "advice",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("variable", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("result", Json(), nullable=True),
        sa.Column("trace", Json(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_advice_case_id"),
        sa.PrimaryKeyConstraint("case_id", "variable", "place", name="pk_advice"),
    )
