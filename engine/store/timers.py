"""Timers and the places that wait for messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from engine.model.timer import Timer, Waiting
from engine.store.prepared import Prepared
from engine.store.schema import timers, waits

_DUE = (
    select(timers)
    .where(timers.c.held.is_(False), timers.c.due <= bindparam("now"))
    .order_by(timers.c.due, timers.c.id)
    .limit(bindparam("most"))
)
_CLEAR = Prepared(delete(timers).where(timers.c.id == bindparam("timer_id")))
_CLEAR_CASE = Prepared(delete(timers).where(timers.c.case_id == bindparam("ended")))
_CLOSE = Prepared(delete(waits).where(waits.c.id == bindparam("wait_id")))
_CLOSE_CASE = Prepared(delete(waits).where(waits.c.case_id == bindparam("ended")))
_ARM, _WAIT = Prepared(timers.insert()), Prepared(waits.insert())


class SqlTimers:
    """The timers of one transaction; a row is there exactly while its timer waits."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def arm(self, armed: Sequence[Timer]) -> None:
        """One statement, however many."""
        _ARM.run_all(self._connection, [_placed(asdict(timer)) for timer in armed])

    def clear(self, timer_ids: Sequence[str]) -> None:
        """By id; those that speak of a task go when it closes, by a trigger (see `SqlTasks.close`)."""
        _CLEAR.run_all(self._connection, [{"timer_id": timer_id} for timer_id in timer_ids])

    def clear_case(self, case_id: str) -> None:
        """All of a case."""
        _CLEAR_CASE.run(self._connection, {"ended": case_id})

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Read by the index on (held, due)."""
        rows = self._connection.execute(_DUE, {"now": now, "most": limit}).mappings()
        return [_timer(row) for row in rows]

    def take(self, timer_id: str) -> Timer | None:
        """Deleting the row is what makes a timer fire once: the second deletes nothing."""
        taken = delete(timers).where(timers.c.id == timer_id, timers.c.held.is_(False)).returning(timers)
        row = self._connection.execute(taken).mappings().first()
        return None if row is None else _timer(row)

    def hold(self, timer_id: str, held: bool) -> None:
        """Held timers are not due."""
        self._connection.execute(update(timers).where(timers.c.id == timer_id).values(held=held))

    def of_case(self, case_id: str) -> Sequence[Timer]:
        """Soonest first."""
        statement = select(timers).where(timers.c.case_id == case_id).order_by(timers.c.due, timers.c.id)
        return [_timer(row) for row in self._connection.execute(statement).mappings()]


class SqlWaits:
    """The places of one transaction that messages can reach."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def open(self, opened: Sequence[Waiting]) -> None:
        """One statement, however many."""
        _WAIT.run_all(self._connection, [_placed(asdict(wait)) for wait in opened])

    def close(self, wait_ids: Sequence[str]) -> None:
        """By id."""
        _CLOSE.run_all(self._connection, [{"wait_id": wait_id} for wait_id in wait_ids])

    def close_case(self, case_id: str) -> None:
        """All of a case."""
        _CLOSE_CASE.run(self._connection, {"ended": case_id})

    def of_case(self, case_id: str) -> Sequence[Waiting]:
        """By id."""
        statement = select(waits).where(waits.c.case_id == case_id).order_by(waits.c.id)
        return [Waiting(**_unplaced(row)) for row in self._connection.execute(statement).mappings()]


def _timer(row: RowMapping) -> Timer:
    return Timer(**_unplaced(row))


def _placed(values: Mapping[str, Any]) -> dict[str, Any]:
    """`where` is a word of SQL: the column is called `place`."""
    return {"place" if name == "where" else name: value for name, value in values.items()}


def _unplaced(row: RowMapping) -> dict[str, Any]:
    return {"where" if name == "place" else name: value for name, value in row.items()}
