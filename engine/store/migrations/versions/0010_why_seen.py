"""Who looked: on what ground they were let."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of those who looked before, nobody wrote it down."""
    op.add_column("access_log", sa.Column("why", sa.String(), nullable=False, server_default=""))
