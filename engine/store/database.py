"""The engine of a database: how each is opened so that an acknowledged word is never lost (DESIGN decision 13)."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from engine.store.alive import connect_args
from engine.store.outage import situation

#: How long a writer waits for the one before it, in seconds.
PATIENCE = 20
_WRITES = "alongside_writes"
#: How many connections may wait at hand, of the thirty that there may be.
AT_HAND = 8
#: What of SQLite's file each connection may keep in memory.
CACHE_KIB = 16_384


class AtHand(QueuePool):
    """A pool that leaves a few connections open between transactions, as they are: nothing is undone or asked anew.

    Fetching a connection and giving it back was a twelfth of a completion. Only SQLite's: they cannot break meanwhile,
    while PostgreSQL's are asked whether they live each time they are fetched.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        """As QueuePool; none is at hand yet."""
        super().__init__(*args, **more)
        self._at_hand: deque[Connection] = deque()

    def take(self) -> Connection | None:
        """One of those at hand, the last used first."""
        try:
            return self._at_hand.pop()
        except IndexError:
            return None

    def keep(self, connection: Connection) -> bool:
        """Whether there was still room for one: never so many that a busy moment would find the pool empty."""
        if len(self._at_hand) >= AT_HAND:
            return False
        self._at_hand.append(connection)
        return True

    def dispose(self) -> None:
        """Close those at hand too."""
        while connection := self.take():
            connection.close()
        super().dispose()


def open_database(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://...`; no statement is sent before the first use."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args=connect_args(url))


def _sqlite(url: str) -> Engine:
    """SQLite with our own BEGIN: the driver's own would start a transaction too late."""
    more: Any = {"poolclass": AtHand, "pool_size": 10, "max_overflow": 20}
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, **more)
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
    yield from _transaction(engine, writes=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees one moment of the database throughout. Raises as `writing` does."""
    yield from _transaction(engine, writes=False)


def _transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """One connection, for one transaction; one whose transaction failed is not kept at hand."""
    committing = False
    try:
        connection = _taken(engine, writes=writes)
        try:
            with connection.begin():
                yield connection
                committing = writes
        except BaseException:
            connection.close()
            raise
        _keep(engine, connection)
    except Exception as error:
        found = situation(error, committing=committing)
        if found is None:
            raise
        raise found from error


def _taken(engine: Engine, *, writes: bool) -> Connection:
    """A connection that no transaction has; one for reading will see one moment (SQLite's always do)."""
    if isinstance(engine.pool, AtHand):
        connection = engine.pool.take() or engine.connect()
        if writes:
            connection.info[_WRITES] = True
        return connection
    connection = engine.connect()
    return connection if writes else connection.execution_options(isolation_level="REPEATABLE READ")


def _keep(engine: Engine, connection: Connection) -> None:
    """After a transaction that ended well: at hand for the next, or back in the pool."""
    if not (isinstance(engine.pool, AtHand) and engine.pool.keep(connection)):
        connection.close()
