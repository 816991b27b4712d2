"""Every row out of a database and into another, of either kind: plain values, in an order in which they can go in."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    make_url,
    select,
)
from sqlalchemy.types import TypeEngine

from engine.model.errors import AlongsideError
from engine.model.exact import stamp
from engine.store.columns import Json, Moment
from engine.store.database import open_database, reading
from engine.store.migrate import WORKS_FROM, applied
from engine.store.schema import metadata
from engine.store.schema_records import product

#: What is not kept: who is signed in, and who guessed a password wrongly.
LEFT_OUT = frozenset({"sessions", "guesses"})
#: What the product remembers of one installation and a new one finds out for itself.
_OWN = (WORKS_FROM, "queue_release")
_SECRET = "secret_%"  # noqa: S105 - the beginning of a name
#: How many rows are fetched at once, and of tables whose rows may be files of many megabytes.
_AT_ONCE, _FEW = 500, 4
_LARGE = frozenset({"artefacts", "anchors"})


class CannotBackUp(AlongsideError):
    """A database whose rows cannot be written out, or not be believed."""


@dataclass(frozen=True)
class Shape:
    """A table as it is written out: `columns` are (name, kind), kinds as in `_TYPES`; `key` orders its rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


#: Kind -> the column's type while rows are read and written: JSON is the very text that is stored.
_TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "text": Text,
    "whole": BigInteger,
    "flag": Boolean,
    "day": Date,
    "moment": Moment,
    "bytes": LargeBinary,
}
_OUT: Mapping[str, Callable[[Any], object]] = {
    "day": lambda value: value.isoformat(),
    "moment": stamp,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_IN: Mapping[str, Callable[[Any], object]] = {
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "bytes": lambda value: base64.b64decode(value, validate=True),
}
_PYTHON = {"text": str, "whole": int, "flag": bool, "day": date, "moment": datetime, "bytes": bytes}


def shapes() -> list[Shape]:
    """The tables of this release that are kept, each after those that it points to."""
    return [_shape(table) for table in metadata.sorted_tables if table.name not in LEFT_OUT]


@contextmanager
def asking(url: str) -> Iterator[Connection]:
    """A connection that only reads. Raises CannotBackUp when there is no such file."""
    path = make_url(url).database
    if make_url(url).get_backend_name() == "sqlite" and not Path(path or "").is_file():
        raise CannotBackUp(f"There is no database at {path}.")
    engine = open_database(url)
    try:
        with reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def snapshot(url: str, scratch: Path) -> Iterator[Connection]:
    """One moment of the database, however long it is read, while work goes on. Raises CannotBackUp.

    A SQLite file is first copied by SQLite's own online backup into `scratch`, and the copy is checked: so the original
    can let go of what was written meanwhile. PostgreSQL keeps the moment for the length of one transaction.
    """
    if make_url(url).get_backend_name() == "sqlite":
        url = f"sqlite:///{_copied(Path(make_url(url).database or ''), scratch / 'copy.db')}"
    with asking(url) as connection:
        yield connection


def revision(connection: Connection) -> str:
    """The number of the last migration of the database."""
    return next(iter(applied(connection)), "")


def count(connection: Connection, shape: Shape) -> int:
    """How many rows `rows` will give."""
    table = _table(shape)
    return int(connection.scalar(_kept(select(func.count()).select_from(table), table)) or 0)


def rows(connection: Connection, shape: Shape) -> Iterator[list[object]]:
    """The rows in the order of their key, as JSON can hold them; read in portions. Raises CannotBackUp."""
    table = _table(shape)
    statement = _kept(select(table).order_by(*(table.c[name] for name in shape.key)), table)
    found = connection.execute(statement, execution_options={"yield_per": _FEW if shape.name in _LARGE else _AT_ONCE})
    kinds = [kind for _, kind in shape.columns]
    for row in found:
        yield [_out(kind, value, shape.name) for kind, value in zip(kinds, row, strict=True)]


def load(connection: Connection, shape: Shape, given: Sequence[Sequence[object]]) -> None:
    """Put rows in, as `rows` gave them."""
    if given:
        names = [(name, _IN.get(kind)) for name, kind in shape.columns]
        connection.execute(_table(shape).insert(), [_row(names, each) for each in given])


def _row(names: Sequence[tuple[str, Callable[[Any], object] | None]], values: Sequence[object]) -> dict[str, object]:
    pairs = zip(names, values, strict=True)
    return {name: value if value is None or read is None else read(value) for (name, read), value in pairs}


def _out(kind: str, value: Any, table: str) -> object:
    """A value as JSON can hold it; a value of another kind than its column's was not put there by the product."""
    if value is None:
        return None
    if not isinstance(value, _PYTHON[kind]):
        raise CannotBackUp(f"A row of the table {table} holds something that the product did not put there.")
    return _OUT[kind](value) if kind in _OUT else value


def _shape(table: Table) -> Shape:
    columns = tuple((column.name, _kind(column.type)) for column in table.columns)
    return Shape(table.name, columns, tuple(column.name for column in table.primary_key))


def _kind(given: TypeEngine[Any]) -> str:
    """The kind of a column's type."""
    if isinstance(given, Moment):
        return "moment"
    if isinstance(given, Json):
        return "text"
    found = {str: "text", int: "whole", bool: "flag", date: "day", bytes: "bytes"}.get(given.python_type)
    if found is None:
        raise CannotBackUp(f"There is no way to write out a column of the type {given}.")
    return found


def _table(shape: Shape) -> Table:
    """The table with plain types."""
    keys = set(shape.key)
    columns = [Column(name, _TYPES[kind](), primary_key=name in keys) for name, kind in shape.columns]
    return Table(shape.name, MetaData(), *columns)


def _kept(statement: Any, table: Table) -> Any:
    """Without what belongs to one installation only."""
    if table.name != product.name:
        return statement
    return statement.where(table.c.name.not_in(_OWN), table.c.name.not_like(_SECRET))


def _copied(path: Path, copy: Path) -> Path:
    """A copy of one moment of a SQLite file, found sound."""
    if not path.is_file():
        raise CannotBackUp(f"There is no database at {path}.")
    source, target = sqlite3.connect(path, timeout=20), sqlite3.connect(copy)
    try:
        source.backup(target)
        found = [str(row[0]) for row in target.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        raise CannotBackUp(f"The database file cannot be read: {error}") from error
    finally:
        source.close()
        target.close()
    if found != ["ok"]:
        raise CannotBackUp(f"The database file is damaged: {'; '.join(found)}.")
    return copy
