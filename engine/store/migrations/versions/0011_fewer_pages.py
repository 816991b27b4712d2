"""Fewer pages of the database for each completed task: what nobody reads is no longer written (docs/performance.md)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OPEN = sa.column("is_open").is_(True)


def upgrade() -> None:
    """Open offers alone in the indexes that lists read; on SQLite offers and requests are their own key's tree.

    The release before this one reads and writes the new tables as it did the old.
    """
    for name in ("ix_offers_open_role", "ix_offers_open_team", "ix_offers_case_id_role", "ix_offers_role_case_id"):
        op.drop_index(name, "offers")
    if op.get_bind().dialect.name == "sqlite":
        trigger = op.get_bind().scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'tasks_closed'"))
        op.execute("DROP TRIGGER tasks_closed")  # it names offers, which is gone for a moment
        _in_place_of("offers", _offers())
        _in_place_of("requests", _requests())
        op.execute(trigger)
    listed = ["role", "due_order", "task_id", "is_free", "is_open"]
    for name, columns in {"ix_offers_open_role": listed, "ix_offers_open_team": ["team", *listed]}.items():
        op.create_index(name, "offers", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_offers_role_case_id", "offers", ["role", "case_id"])


def _offers() -> sa.Table:
    return op.create_table(
        "offers_anew",
        sa.Column("task_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("due_order", Moment(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_offers_case_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_offers_task_id"),
        sa.PrimaryKeyConstraint("task_id", "role", name="pk_offers"),
        sqlite_with_rowid=False,
    )


def _requests() -> sa.Table:
    return op.create_table(
        "requests_anew",
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_requests"),
        sqlite_with_rowid=False,
    )


def _in_place_of(name: str, anew: sa.Table) -> None:
    """The rows of the table of that name, and then the name."""
    columns = [column.name for column in anew.c]
    rows = sa.select(sa.table(name, *map(sa.column, columns)))
    op.execute(anew.insert().from_select(columns, rows))
    op.drop_table(name)
    op.rename_table(anew.name, name)
