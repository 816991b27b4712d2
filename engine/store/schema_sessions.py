"""The tables of who is signed in: sessions, and counts of wrong guesses."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from engine.store.columns import Moment
from engine.store.schema import metadata, optional_column

#: `key` is the hash of the token that the browser holds, and the token is what opens `sealed`.
sessions = Table(
    "sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    optional_column("username"),
    Column("sealed", LargeBinary(), nullable=False),
    Column("began", Moment(), nullable=False),
    Column("used", Moment(), nullable=False),
    Index(None, "used"),
)

guesses = Table(
    "guesses",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("times", Integer(), nullable=False),
    Column("until", Moment(), nullable=False),
)
