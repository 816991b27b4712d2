"""The journal: rows that are only ever added; what is read back is what was hashed, or it says so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import asdict
from sqlalchemy import Connection, RowMapping, bindparam, func, select

from engine.model.exact import exact, stamp
from engine.model.journal import Entry
from engine.store.prepared import Prepared
from engine.store.schema import journal

_ENTRIES = (
    select(journal)
    .where(journal.c.case_id == bindparam("case_id"), journal.c.version > bindparam("after_version"))
    .order_by(journal.c.seq)
)
_LATEST = select(journal).where(journal.c.case_id == bindparam("case_id"), journal.c.seq < bindparam("before"))
_ACTORS = (
    select(journal.c.actor, journal.c.role, func.max(journal.c.recorded_at))
    .where(journal.c.case_id == bindparam("case_id"))
    .group_by(journal.c.actor, journal.c.role)
    .order_by(func.min(journal.c.seq))
)
_NO_END = 2**31 - 1
_APPEND = Prepared(journal.insert())
_UNREADABLE = datetime(1, 1, 1, tzinfo=UTC)


class SqlJournal:
    """The journal in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def append(self, entries: Sequence[Entry]) -> None:
        """One statement, however many."""
        _APPEND.run_all(self._connection, [_row(entry) for entry in entries])

    def entries(self, case_id: str, *, after_version: int = -1) -> Sequence[Entry]:
        """In order of `seq`. A row that was changed gives an entry whose hash no longer fits, never an error."""
        asked = {"case_id": case_id, "after_version": after_version}
        return [_entry(row) for row in self._connection.execute(_ENTRIES, asked).mappings()]

    def told(self, case_id: str) -> Sequence[Entry]:
        """In order of `seq`, for reading: whether the text is still what was hashed is not asked."""
        asked = {"case_id": case_id, "after_version": -1}
        return [_told(row) for row in self._connection.execute(_ENTRIES, asked).mappings()]

    def latest(
        self, case_id: str, most: int, *, before: int | None = None, kinds: Sequence[str] = ()
    ) -> Sequence[Entry]:
        """In order of `seq`, read backwards by the key: what came long before costs nothing."""
        wanted = _LATEST.where(journal.c.kind.in_(kinds)) if kinds else _LATEST
        asked = {"case_id": case_id, "before": _NO_END if before is None else before}
        rows = self._connection.execute(wanted.order_by(journal.c.seq.desc()).limit(most), asked).mappings().all()
        return [_told(row) for row in reversed(rows)]

    def actors(self, case_id: str) -> Sequence[tuple[str, str, datetime]]:
        """One statement, which reads no body."""
        rows = self._connection.execute(_ACTORS, {"case_id": case_id})
        return [(actor, role, _moment(last)) for actor, role, last in rows]


def _row(entry: Entry) -> dict[str, Any]:
    moments = {"done_at": stamp(entry.done_at), "recorded_at": stamp(entry.recorded_at)}
    return {**asdict(entry), **moments, "body": _text(entry.body)}


def _entry(row: RowMapping) -> Entry:
    moments = {name: _moment(row[name]) for name in ("done_at", "recorded_at")}
    return Entry(**{**row, **moments, "body": _body(row["body"])})


def _told(row: RowMapping) -> Entry:
    moments = {name: _moment(row[name]) for name in ("done_at", "recorded_at")}
    try:
        body = msgspec.json.decode(row["body"], type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError):
        body = {"unreadable": row["body"]}
    return Entry(**{**row, **moments, "body": body})


def _text(body: Mapping[str, object]) -> str:
    """The one text of a body, its names in the order in which they came: replay must meet them in that order."""
    return exact(body).decode()


def _body(text: str) -> Mapping[str, object]:
    """The body, or what stands there when it is not the text that was written."""
    try:
        body = json.loads(text)
    except ValueError:
        return {"unreadable": text}
    return body if isinstance(body, dict) and _text(body) == text else {"unreadable": text}


def _moment(text: str) -> datetime:
    """The moment, or the year 1 when it is not the text that was written."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _UNREADABLE
    return moment if moment.tzinfo is not None and stamp(moment) == text else _UNREADABLE
