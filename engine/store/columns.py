"""Column types that mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import DateTime, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.model.exact import stamp

#: Sorts after every date that a task can have.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """A zone-aware moment: `timestamptz` on PostgreSQL, sortable UTC text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of each database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Refuses a naive time: its meaning would depend on the machine."""
        return _written if dialect.name == "sqlite" else _zoned

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """Always in UTC."""
        return _read if dialect.name == "sqlite" else _in_utc


def _zoned(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be stored.")
    return value


def _written(value: datetime | None) -> str | None:
    zoned = _zoned(value)
    return None if zoned is None else stamp(zoned)


def _in_utc(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _read(value: str | None) -> datetime | None:
    return None if value is None else _in_utc(datetime.fromisoformat(value))


class Json(TypeDecorator[Any]):
    """Plain data as JSON text; `of` is the type to read it as."""

    impl = Text
    cache_ok = True

    def __init__(self, of: Any = Any) -> None:
        """Compile the reader once a column."""
        super().__init__()
        self.of = of
        self._decoder = msgspec.json.Decoder(of)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:  # noqa: ARG002
        """None stays NULL."""
        return lambda value: None if value is None else msgspec.json.encode(value).decode()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """As the type that the column was declared with."""
        return lambda value: None if value is None else self._decoder.decode(value)
