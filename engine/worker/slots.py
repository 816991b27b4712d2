"""A name for each live worker, held by a lock that the system lets go when the process dies.

DBOS gives every running job its executor's name. Two live processes under one name would take each other's jobs; a name
that nobody holds any more marks the jobs of a dead one. A lock says both without a heartbeat or a clock (ADR 0010).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from engine.settings import Settings
from engine.store.database import open_database

_MOST = 64
#: The first of the numbers under which PostgreSQL's advisory locks stand for worker names.
_KEY = 4_211_000_000


class Slot(Protocol):
    """A worker's name, held while it lives."""

    name: str

    def is_held(self) -> bool:
        """Whether the lock still stands, or could be taken again; a worker without it must stop.

        Raises when the database cannot be asked: then nobody else can be told that the name is free either.
        """

    def release(self) -> None:
        """Let the name go."""


class Slots(Protocol):
    """All the names."""

    def take(self, number: int) -> Slot | None:
        """The name of that number, None when a live process holds it."""


class NoSlotFree(Exception):
    """More workers than names."""


def slots_for(settings: Settings) -> Slots:
    """Locks in the database of many machines; on files beside the database of one."""
    return FileSlots(settings.var) if settings.is_embedded else DatabaseSlots(settings.database)


def first_free(slots: Slots) -> Slot:
    """The lowest name that nobody holds: the only local worker gets its old name, and with it its own jobs, back."""
    for number in range(1, _MOST + 1):
        slot = slots.take(number)
        if slot is not None:
            return slot
    raise NoSlotFree(f"{_MOST} workers are running already.")


def number_of(name: str) -> int | None:
    """The number of a worker's name; None when it is not one of ours."""
    number = name.removeprefix("worker-")
    return int(number) if name.startswith("worker-") and number.isascii() and number.isdigit() else None


class FileSlots:
    """Names held by locks on files: for processes of one machine."""

    def __init__(self, folder: Path) -> None:
        """The files are made in this folder."""
        self._folder = folder

    def take(self, number: int) -> Slot | None:
        """See `Slots.take`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder / f"worker-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return _FileSlot(f"worker-{number}", handle)


class _FileSlot:
    """A name held by an open file."""

    def __init__(self, name: str, handle: int) -> None:
        self.name = name
        self._handle = handle

    def is_held(self) -> bool:
        """The kernel keeps it as long as the process lives."""
        return True

    def release(self) -> None:
        """Close the file."""
        os.close(self._handle)


class DatabaseSlots:
    """Names held by PostgreSQL's advisory locks, each on a connection of its own."""

    def __init__(self, url: str) -> None:
        """Locks of this database."""
        self._url = url

    def take(self, number: int) -> Slot | None:
        """See `Slots.take`."""
        engine = open_database(self._url)
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        got = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_KEY + number})").scalar()
        if got:
            return _DatabaseSlot(f"worker-{number}", engine, connection, lambda: self._take(number))
        connection.close()
        engine.dispose()
        return None

    def _take(self, number: int) -> _DatabaseSlot | None:
        """The same for a name that was lost."""
        slot = self.take(number)
        return slot if isinstance(slot, _DatabaseSlot) else None


class _DatabaseSlot:
    """A name held by an open connection."""

    def __init__(self, name: str, engine: Any, connection: Any, again: Callable[[], _DatabaseSlot | None]) -> None:
        self.name = name
        self._engine = engine
        self._connection = connection
        self._again = again

    def is_held(self) -> bool:
        """The lock stands as long as its connection does; one that a restart of the server ended is taken again."""
        if self._connection is not None and self._answers():
            return True
        self.release()
        taken = self._again()
        if taken is not None:
            self._engine, self._connection = taken._engine, taken._connection
        return taken is not None

    def _answers(self) -> bool:
        try:
            return bool(self._connection.exec_driver_sql("SELECT 1").scalar())
        except Exception:
            return False

    def release(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None
        self._engine.dispose()
