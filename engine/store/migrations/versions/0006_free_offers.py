"""Offers say whether their task is free, so that a list reads one index and no task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, fill it, and end both indexes of open offers with it."""
    op.add_column("offers", sa.Column("is_free", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(
        "UPDATE offers SET is_free = FALSE WHERE task_id IN "
        "(SELECT id FROM tasks WHERE assignee IS NOT NULL OR claimed_by IS NOT NULL)"
    )
    op.drop_index("ix_offers_is_open_role_due_order_task_id", "offers")
    op.drop_index("ix_offers_is_open_team_role_due_order_task_id", "offers")
    op.create_index("ix_offers_open_role", "offers", ["is_open", "role", "due_order", "task_id", "is_free"])
    op.create_index("ix_offers_open_team", "offers", ["is_open", "team", "role", "due_order", "task_id", "is_free"])
