"""How far the demo clock was moved: one number in the database, so that web and worker read the same time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from engine.store.database import reading, writing
from engine.store.schema_records import product

_NAME = "clock_offset_seconds"


class StoredOffset:
    """The offset as kept in one database."""

    def __init__(self, engine: Engine) -> None:
        """Use the store's connections."""
        self._engine = engine

    def read(self) -> timedelta:
        """How far ahead of the real clock; nothing kept means not at all."""
        with reading(self._engine) as connection:
            value = connection.execute(select(product.c.value).where(product.c.name == _NAME)).scalar()
        return timedelta(seconds=float(value or 0))

    def move(self, by: timedelta) -> timedelta:
        """Move it further ahead by that much; gives the new offset. Two at once add up."""
        with writing(self._engine) as connection:
            row = select(product.c.value).where(product.c.name == _NAME).with_for_update()
            value = connection.execute(row).scalar()
            offset = timedelta(seconds=float(value or 0)) + by
            text = str(offset.total_seconds())
            if value is None:
                connection.execute(product.insert().values(name=_NAME, value=text))
            else:
                connection.execute(product.update().where(product.c.name == _NAME).values(value=text))
        return offset
