"""What a driver's error means for whoever was served: the database is busy, or it is gone; or the fault is ours."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, PendingRollbackError
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
_SQLITE_NONE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_PRIMARY = 0xFF
#: PostgreSQL's codes for a table or column that is not there; and for what this role may not do.
_LACKS, _REFUSES = frozenset({"42P01", "42703", "3F000"}), frozenset({"42501"})
#: SQLite has but one code for every wrong statement: what is lacking is in its words.
_LACKS_IN_WORDS = ("no such table", "no such column", "has no column named")

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


def said_of(error: BaseException) -> str | None:
    """What a command says of a database that cannot be used, a sentence; None when the fault is not the database's."""
    if isinstance(error, StoreBusy):
        return _used(error) if str(error) == GONE else str(error)
    if not isinstance(error, DBAPIError) and not _is_drivers(error):
        return None
    if _lacks_tables(error):
        return "The database does not have this release's tables: `alongside migrate` makes them."
    known = _is_gone(error) or _is(error, _BUSY | _REFUSES, _SQLITE_BUSY | _SQLITE_NONE) or _never_asked(_cause(error))
    return _used(error) if known else None


def reason(error: BaseException) -> str:
    """The first line of what the driver says, without the statement and without a full stop."""
    said = str(getattr(error, "orig", None) or getattr(error.__cause__, "orig", None) or error).strip()
    return said.splitlines()[0].rstrip(". ") if said else type(error).__name__


def _used(error: BaseException) -> str:
    return f"The database cannot be used: {reason(error)}. `alongside doctor` looks at it more closely."


def _lacks_tables(error: BaseException) -> bool:
    """Whether the database was never migrated, or not to this release."""
    if _is(error, _LACKS, frozenset()):
        return True
    cause = _cause(error)
    return isinstance(cause, sqlite3.OperationalError) and any(words in str(cause) for words in _LACKS_IN_WORDS)


def _is_drivers(error: BaseException) -> bool:
    """Whether a driver's error comes as it is, not wrapped by SQLAlchemy."""
    return isinstance(error, sqlite3.Error) or type(error).__module__.startswith("psycopg")


def _is_gone(error: BaseException) -> bool:
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


def _never_asked(cause: BaseException) -> bool:
    """Whether psycopg refused the URL's own words before it asked any server."""
    return type(cause).__module__.startswith("psycopg") and getattr(cause, "sqlstate", None) is None


def _is(error: BaseException, states: frozenset[str], codes: frozenset[int]) -> bool:
    """Whether the driver gave one of these codes: PostgreSQL's SQLSTATE, or SQLite's primary one."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorcode", None)
    return getattr(cause, "sqlstate", None) in states or (code is not None and code & _PRIMARY in codes)


def _cause(error: BaseException) -> BaseException:
    """What the driver raised."""
    return getattr(error, "orig", None) or error
