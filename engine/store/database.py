"""The engine of a database: how each is opened so that an acknowledged word is never lost (DESIGN decision 13)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import PoolProxiedConnection

from engine.store.alive import connect_args
from engine.store.outage import situation

#: How long a writer waits for the one before it, in seconds.
PATIENCE = 20
_WRITES = "alongside_writes"
#: What of SQLite's file each connection may keep in memory.
CACHE_KIB = 16_384


def open_database(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://...`; no statement is sent before the first use."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args=connect_args(url))


def _sqlite(url: str) -> Engine:
    """SQLite with our own BEGIN: the driver's own would start a transaction too late."""
    engine = create_engine(url, pool_size=10, max_overflow=20, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _set_up)
    # By hand, not by events: for those every statement would be dearer.
    setattr(engine.dialect, "do_begin", _begin)  # noqa: B010
    setattr(engine.dialect, "connect", partial(_connected, engine.dialect.connect))  # noqa: B010
    return engine


def _connected(connect: Callable[..., Any], file: str, **more: Any) -> Any:
    """SQLite would make a file where there is none, open to everybody; ours are made by `engine.store.migrate`."""
    path = Path(file)
    if path.is_file():
        return connect(file, **more)
    why = f"{path} is not a file" if path.exists() else f"there is no file {path}; `alongside migrate` makes it"
    error = sqlite3.OperationalError(why)
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    raise error


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    """WAL and FULL: a commit that was acknowledged survives a power cut; foreign keys are off unless asked for."""
    connection.isolation_level = None
    safe = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE * 1000}")
    for pragma in (*safe, f"cache_size=-{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: PoolProxiedConnection) -> None:
    """A writer takes the lock at once, so that what it reads is still true when it writes."""
    connection.cursor().execute("BEGIN IMMEDIATE" if connection.info.pop(_WRITES, False) else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: commits at the end of the block, rolls back when it raises.

    Raises StoreBusy when the database stays locked, StoreGone when it cannot be reached or has no room.
    """
    committing = False
    try:
        with engine.connect() as connection:
            connection.info[_WRITES] = True
            with connection.begin():
                yield connection
                committing = True
    except Exception as error:
        found = situation(error, committing=committing)
        if found is None:
            raise
        raise found from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees one moment of the database throughout. Raises as `writing` does."""
    try:
        with _reader(engine) as connection, connection.begin():
            yield connection
    except Exception as error:
        found = situation(error, committing=False)
        if found is None:
            raise
        raise found from error


def _reader(engine: Engine) -> Connection:
    """A connection whose transaction sees one moment: SQLite's always do."""
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        return connection
    return connection.execution_options(isolation_level="REPEATABLE READ")
