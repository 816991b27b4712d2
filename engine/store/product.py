"""What the product remembers of itself: single values by name, such as how far the demo clock was moved."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, Engine, select

from engine.store.database import open_database, reading, writing
from engine.store.schema_records import product

_OFFSET = "clock_offset_seconds"


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

    def move(self, by: timedelta) -> timedelta:
        """Move it further ahead by that much; gives the new offset. Two at once add up."""
        with writing(self._engine) as connection:
            offset = timedelta(seconds=float(_read(connection, _OFFSET, lock=True) or 0)) + by
            _write(connection, _OFFSET, str(offset.total_seconds()))
        return offset


def _read(connection: Connection, name: str, *, lock: bool = False) -> str:
    row = select(product.c.value).where(product.c.name == name)
    value: str | None = connection.execute(row.with_for_update() if lock else row).scalar()
    return value or ""


def _write(connection: Connection, name: str, value: str) -> None:
    changed = connection.execute(product.update().where(product.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(product.insert().values(name=name, value=value))
