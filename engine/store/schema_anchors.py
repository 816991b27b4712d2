"""The tables of the anchors."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from engine.store.schema import metadata

#: Append-only. `text` is what was signed, `marks` a gzip file of lines.
anchors = Table(
    "anchors",
    metadata,
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("text", Text(), nullable=False),
    Column("signature", String(128), nullable=False),
    Column("marks", LargeBinary(), nullable=False),
)

#: How far the anchors have seen each case: what the marks of all anchors add up to, kept so that nobody need add.
anchored = Table(
    "anchored",
    metadata,
    Column("case_id", String(40), primary_key=True),
    Column("seq", Integer(), nullable=False),
    Column("hash", String(64), nullable=False),
)
