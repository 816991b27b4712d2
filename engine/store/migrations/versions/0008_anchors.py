"""Anchors, how far they have seen each case, and append-only files, attachments, letters and policy versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: Rows of these are never changed or removed.
APPEND_ONLY = ("anchors", "artefacts", "attachments", "mails", "policy_files", "policy_draft_saves")
#: Of a letter only when and how it left is filled in later.
LETTER = ("id", "case_id", "stable_key", "job_id", "letter", "title", "recipient", "media_type", "digest", "size")


def upgrade() -> None:
    """Make the tables, then the refusals."""
    _anchors()
    _anchored()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    refuse = _refuse_on_sqlite if on_sqlite else _refuse_on_postgresql
    for table in APPEND_ONLY:
        refuse(table, "UPDATE", f"{table} is append-only")
    for table in (*APPEND_ONLY, "documents", "policy_versions"):
        refuse(table, "DELETE", f"{table} is append-only")
    refuse("documents", f"UPDATE OF {', '.join((*LETTER, 'made_at', 'meta'))}", "what a letter says is never changed")
    refuse("policy_versions", "UPDATE", "a published version is never changed", only="OLD.status = 'published'")


def _anchors() -> None:
    op.create_table(
        "anchors",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_anchors"),
    )


def _anchored() -> None:
    op.create_table(
        "anchored",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_anchored"),
    )


def _refuse_on_sqlite(table: str, verb: str, words: str, only: str = "") -> None:
    name = f"{table}_no_{verb.partition(' ')[0].lower()}"
    when = f"WHEN {only} " if only else ""
    op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _refuse_on_postgresql(table: str, verb: str, words: str, only: str = "") -> None:
    """A row's condition needs a row's trigger; a statement's also stops what would touch no row, and TRUNCATE."""
    name = f"{table}_no_{verb.partition(' ')[0].lower()}"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    )
    each = f"ROW WHEN ({only})" if only else "STATEMENT"
    verbs = "DELETE OR TRUNCATE" if verb == "DELETE" else verb
    op.execute(f"CREATE TRIGGER {name} BEFORE {verbs} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()")
