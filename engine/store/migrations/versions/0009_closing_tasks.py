"""What follows from a task's closing is the database's own doing: its offers close, its drafts and notices go."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FOLLOWS = """
    UPDATE offers SET is_open = FALSE WHERE task_id = NEW.id;
    DELETE FROM drafts WHERE task_id = NEW.id;
    DELETE FROM timers WHERE task_id = NEW.id;
"""
_WHEN = "WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)"


def upgrade() -> None:
    """A trigger on each database; an older release that does the same by itself finds nothing left to do."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER tasks_closed AFTER UPDATE OF closed_at ON tasks FOR EACH ROW {_WHEN} BEGIN {_FOLLOWS} END"
        )
        return
    op.execute(
        f"CREATE FUNCTION tasks_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_FOLLOWS} RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER tasks_closed AFTER UPDATE OF closed_at ON tasks FOR EACH ROW "
        f"{_WHEN} EXECUTE FUNCTION tasks_closed()"
    )
