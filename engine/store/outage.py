"""What a driver's error means for whoever was served: the database is busy, or it is gone; or the fault is ours."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from engine.model.errors import StoreBusy, StoreGone

#: Another transaction stood in the way, or too many did: PostgreSQL's deadlock, lock time-out, cancelled statement.
_BUSY = frozenset({"40P01", "40001", "55P03", "57014"})
#: PostgreSQL's classes for a lost connection, a lack of resources (a full disk), an operator at work, a broken system,
#: a fault of its own (a quota is told as one); by themselves a session ended while idle, and a server that only reads.
_GONE_CLASSES = ("08", "53", "57", "58", "XX")
_GONE = frozenset({"25P03", "25006"})
#: SQLite's: locked by another; and read-only, input or output failed, disk full, file cannot be opened.
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_GONE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN})
_PRIMARY = 0xFF

BUSY = "The database is busy. Nothing was changed: please try again."
GONE = "The database cannot be reached or has no room. Nothing was changed: please try again in a moment."
UNSURE = (
    "The database went away while this was being kept, so we cannot say whether it was. Please send the same again: "
    "what was kept already is not done twice."
)


def situation(error: Exception, *, committing: bool) -> StoreBusy | None:
    """The situation that a driver's error is, as SQLAlchemy wraps it or raw; None when it is a fault of ours.

    While `committing`, a database that goes away may have kept everything or nothing, and the person is told so.
    """
    if isinstance(error, NoConnectionFree) or _is(error, _BUSY, _SQLITE_BUSY):
        return StoreBusy(BUSY)
    return StoreGone(UNSURE if committing else GONE) if _is_gone(error) else None


def _is_gone(error: Exception) -> bool:
    """Whether the connection, the server or the room on the disk is gone."""
    if isinstance(error, PendingRollbackError) or getattr(error, "connection_invalidated", False):
        return True
    cause = _cause(error)
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_GONE_CLASSES) or state in _GONE
    return _is(error, frozenset(), _SQLITE_GONE) or _never_answered(cause)


def _never_answered(cause: BaseException) -> bool:
    """Whether PostgreSQL's driver failed before any server answered: there is no code then, only the kind of error."""
    kind = type(cause)
    return kind.__module__.startswith("psycopg") and kind.__name__ in ("OperationalError", "ConnectionTimeout")


def _is(error: Exception, states: frozenset[str], codes: frozenset[int]) -> bool:
    """Whether the driver gave one of these codes: PostgreSQL's SQLSTATE, or SQLite's primary one."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorcode", None)
    return getattr(cause, "sqlstate", None) in states or (code is not None and code & _PRIMARY in codes)


def _cause(error: Exception) -> BaseException:
    """What the driver raised."""
    return getattr(error, "orig", None) or error
