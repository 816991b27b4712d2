"""People, policy versions, cases and all that a running case waits for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Json, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _people()
    _artefacts()
    _policy_versions()
    _policy_files()
    _cases()
    _tasks()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("username", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("teams", Json(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("username", name="pk_people"),
    )


def _artefacts() -> None:
    op.create_table(
        "artefacts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_artefacts"),
    )


def _policy_versions() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("change_note", sa.String(), nullable=False),
        sa.Column("review_date", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approved_digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_policy_versions"),
    )
    op.create_index("ix_policy_versions_digest", "policy_versions", ["digest"], unique=False)


def _policy_files() -> None:
    op.create_table(
        "policy_files",
        sa.Column("policy_digest", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["artefacts.digest"], name="fk_policy_files_digest"),
        sa.PrimaryKeyConstraint("policy_digest", "path", name="pk_policy_files"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("policy_digest", sa.String(length=64), nullable=False),
        sa.Column("policy_number", sa.String(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("tokens", Json(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_opened_at_id", "cases", ["opened_at", "id"], unique=False)
    op.create_index("ix_cases_team_opened_at_id", "cases", ["team", "opened_at", "id"], unique=False)
    op.create_index("ix_cases_worker", "cases", ["worker"], unique=False)


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("due_order", Moment(), nullable=False),
        sa.Column("follow_up", Moment(), nullable=True),
        sa.Column("warn", Moment(), nullable=True),
        sa.Column("planned_for", sa.Date(), nullable=True),
        sa.Column("deadline", Json(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("opened_version", sa.Integer(), nullable=False),
        sa.Column("properties", Json(), nullable=False),
        sa.Column("documentation", sa.Text(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed", sa.String(), nullable=False),
        sa.Column("completed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_case_id_closed_at", "tasks", ["case_id", "closed_at"], unique=False)
    op.create_index(
        "ix_tasks_open_assignee",
        "tasks",
        ["assignee", "due_order"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND assignee IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND assignee IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_open_claimed_by",
        "tasks",
        ["claimed_by", "due_order"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND claimed_by IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND claimed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_open_due",
        "tasks",
        ["due_order", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open_team",
        "tasks",
        ["team", "due_order", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
