"""What the product remembers of itself: single values by name, such as how far the demo clock was moved."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, select

from engine.store.database import open_database, reading, writing
from engine.store.records import SqlRequests
from engine.store.schema_records import product
from engine.store.upsert import put_row

_OFFSET = "clock_offset_seconds"
#: Under this the keys of moves are remembered.
CLOCK_MOVED = "move_clock"


class Remembered:
    """Values by name in one database, read and written in transactions of their own."""

    def __init__(self, url: str) -> None:
        """Connects when first asked."""
        self._engine = open_database(url)

    def read(self, name: str) -> str:
        """The value, empty when there is none."""
        with reading(self._engine) as connection:
            return _read(connection, name)

    def write(self, name: str, value: str) -> None:
        """Keep a value instead of the one before."""
        with writing(self._engine) as connection:
            _write(connection, name, value)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


class StoredOffset:
    """How far the demo clock was moved, so that web and worker read the same time."""

    def __init__(self, engine: Engine) -> None:
        """Use the store's connections."""
        self._engine = engine

    def read(self) -> timedelta:
        """How far ahead of the real clock; nothing kept means not at all."""
        with reading(self._engine) as connection:
            return timedelta(seconds=float(_read(connection, _OFFSET) or 0))

    def move(self, by: timedelta, key: str | None = None) -> timedelta:
        """Move it further ahead by that much; gives the new offset. Two at once add up; one `key` counts once."""
        with writing(self._engine) as connection:
            offset = timedelta(seconds=float(_read(connection, _OFFSET, lock=True) or 0))
            if key is None or SqlRequests(connection).claim(key, CLOCK_MOVED, "", datetime.now(UTC)):
                offset += by
                _write(connection, _OFFSET, str(offset.total_seconds()))
        return offset


def shared_secret(engine: Engine, name: str) -> bytes:
    """32 random bytes that every process gets the same; of two that make them at once, one's are kept."""
    kept = f"secret_{name}"
    with reading(engine) as connection:
        found = _read(connection, kept)
    if not found:
        with writing(engine) as connection:
            row = {"name": kept, "value": secrets.token_hex(32)}
            put_row(connection, product, row, key=("name",), replace=False)
            found = _read(connection, kept)
    return bytes.fromhex(found)


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep a value in the caller's transaction."""
    _write(connection, name, value)


def _read(connection: Connection, name: str, *, lock: bool = False) -> str:
    row = select(product.c.value).where(product.c.name == name)
    value: str | None = connection.execute(row.with_for_update() if lock else row).scalar()
    return value or ""


def _write(connection: Connection, name: str, value: str) -> None:
    changed = connection.execute(product.update().where(product.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(product.insert().values(name=name, value=value))
