"""The anchors in the database: added, never changed; beside them how far each case has been seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from engine.model.anchor import Mark, SignedText
from engine.store.schema import cases, journal
from engine.store.schema_anchors import anchored, anchors
from engine.store.upsert import put_row

_AT_ONCE = 400
#: Both databases go through such a list by the journal's key; over a list of pairs SQLite would read every row. As
#: text with a fixed number of places, because to compile it anew for each list costs ten times what it takes to run.
_FOUND = text(
    f"WITH wanted (case_id, seq) AS (VALUES {', '.join(f'(:c{n}, :s{n})' for n in range(_AT_ONCE))}) "  # noqa: S608
    "SELECT journal.case_id, journal.seq, journal.hash FROM wanted JOIN journal "
    "ON journal.case_id = wanted.case_id AND journal.seq = wanted.seq"
)
_TEXT = (anchors.c.number, anchors.c.text, anchors.c.signature)
_SEEN = func.coalesce(anchored.c.seq, 0)
_FRESH = (
    select(journal.c.case_id, journal.c.seq, journal.c.hash)
    .select_from(
        cases.outerjoin(anchored, anchored.c.case_id == cases.c.id).join(
            journal,
            and_(journal.c.case_id == cases.c.id, journal.c.seq > _SEEN, journal.c.seq <= cases.c.journal_seq),
        )
    )
    .where(cases.c.journal_seq > _SEEN)
    .order_by(journal.c.case_id, journal.c.seq)
)
_BROKEN = (
    select(anchored.c.case_id)
    .select_from(
        anchored.outerjoin(journal, and_(journal.c.case_id == anchored.c.case_id, journal.c.seq == anchored.c.seq))
    )
    .where(or_(journal.c.hash.is_(None), journal.c.hash != anchored.c.hash))
)


class SqlAnchors:
    """The anchors of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def last(self) -> SignedText | None:
        """By number."""
        row = self._connection.execute(select(*_TEXT).order_by(anchors.c.number.desc()).limit(1)).first()
        return None if row is None else SignedText(*row)

    def kept(self) -> Sequence[SignedText]:
        """Without their marks."""
        return [SignedText(*row) for row in self._connection.execute(select(*_TEXT).order_by(anchors.c.number))]

    def packed(self, number: int) -> bytes:
        """As kept; empty when there is no such anchor."""
        found = self._connection.scalar(select(anchors.c.marks).where(anchors.c.number == number))
        return bytes(found or b"")

    def add(self, signed: SignedText, packed: bytes, ends: Mapping[str, Mark]) -> bool:
        """Both in the caller's transaction; of two that make the same number, the second waits and is told."""
        row = {**signed._asdict(), "marks": packed}
        if not put_row(self._connection, anchors, row, key=("number",), replace=False):
            return False
        rows = [mark._asdict() for mark in ends.values()]
        if rows:
            self._connection.execute(self._seen(), rows)
        return True

    def leaves(self) -> dict[str, Mark]:
        """One row a case."""
        return {row.case_id: Mark(*row) for row in self._connection.execute(select(anchored))}

    def fresh(self) -> Iterator[Mark]:
        """One statement; rows come as they are asked for, so that a first anchor need not hold them all."""
        for row in self._connection.execute(_FRESH, execution_options={"yield_per": 10_000}):
            yield Mark(*row)

    def broken(self) -> frozenset[str]:
        """One statement over the case's last marks."""
        return frozenset(self._connection.scalars(_BROKEN))

    def found(self, marks: Sequence[Mark]) -> Mapping[tuple[str, int], str]:
        """By the journal's key, some hundreds at a time."""
        found: dict[tuple[str, int], str] = {}
        waiting = iter(marks)
        while chunk := list(islice(waiting, _AT_ONCE)):
            full = [*chunk, *[chunk[-1]] * (_AT_ONCE - len(chunk))]
            asked: dict[str, object] = {f"c{n}": mark.case_id for n, mark in enumerate(full)}
            asked |= {f"s{n}": mark.seq for n, mark in enumerate(full)}
            found |= {(row[0], row[1]): row[2] for row in self._connection.execute(_FOUND, asked)}
        return found

    def _seen(self) -> Any:
        """Insert or replace how far cases have been seen."""
        insert: Any = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(anchored)
        rest = {name: statement.excluded[name] for name in ("seq", "hash")}
        return statement.on_conflict_do_update(index_elements=["case_id"], set_=rest)
