"""The engine of a database: how each is opened so that an acknowledged word is never lost (DESIGN decision 13)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from engine.model.errors import StoreBusy

#: How long a writer waits for the one before it, in seconds.
PATIENCE = 20
_WRITES = "alongside_writes"


def open_database(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://...`; no statement is sent before the first use."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args={"connect_timeout": 10})


def _sqlite(url: str) -> Engine:
    """SQLite with our own BEGIN: the driver's own would start a transaction too late."""
    engine = create_engine(url, pool_size=10, max_overflow=20, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    """WAL and FULL: a commit that was acknowledged survives a power cut; foreign keys are off unless asked for."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once, so that what it reads is still true when it writes."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: commits at the end of the block, rolls back when it raises.

    Raises StoreBusy when the database stays locked.
    """
    try:
        with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield connection
    except OperationalError as error:
        if _is_locked(error):
            raise StoreBusy("The database is busy. Nothing was changed: please try again.") from error
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees one moment of the database throughout."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def _is_locked(error: OperationalError) -> bool:
    """Whether another transaction stood in the way: SQLite's lock, PostgreSQL's deadlock or lock timeout."""
    locked = isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)
    return locked or getattr(error.orig, "sqlstate", None) in ("40P01", "55P03", "40001")
