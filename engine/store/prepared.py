"""Statements of the hot path: made in Core, their text and conversions worked out once for each database.

Core works out at every execution what never changes: which parameter goes where, what is done to it, what a result
looks like. At ten statements a completion that was a third of its time (docs/performance.md). They run on the
connection and in the transaction of everything else; where somebody listens to the statements, they go through
SQLAlchemy, so that all are heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.engine import Dialect

Convert = Callable[[Any], Any]
#: The few places of a row whose values are not what the driver takes or gives, and what makes them so.
Conversions = tuple[tuple[int, Convert], ...]


@dataclass(frozen=True)
class _Made:
    """A statement in the words of one database: what it takes, by name, and what it gives, by position."""

    text: str
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], Sequence[Any]]
    takes: Conversions
    gives: Conversions
    by_place: bool

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver wants them."""
        given = self.pick(values)
        if self.takes:
            given = tuple(_converted(self.takes, given))
        return given if self.by_place else dict(zip(self.names, given, strict=True))


class Prepared:
    """One statement, ready for whichever database it meets; its transaction must have begun."""

    def __init__(self, statement: Any) -> None:
        """A Core statement with named parameters; an INSERT of a table takes all its columns."""
        self._statement = statement
        self._made: dict[str, _Made] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute once; how many rows it touched. Raises the driver's errors (`engine.store.outage` reads them)."""
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        return int(_cursor(connection, made.text, made.arguments(values)).rowcount)

    def run_all(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute for each row, in one go; nothing without rows."""
        if len(rows) == 1:
            self.run(connection, rows[0])
        elif rows:
            made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
            _all(connection, made.text, [made.arguments(row) for row in rows])

    def first(self, connection: Connection, values: Mapping[str, Any]) -> list[Any] | None:
        """The first row of a SELECT, in the order of its columns; None when there is no row."""
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        row = _cursor(connection, made.text, made.arguments(values)).fetchone()
        return None if row is None else _converted(made.gives, row)

    def _make(self, dialect: Dialect) -> _Made:
        made = self._made[dialect.name] = _make(self._statement, dialect)
        return made


def _converted(conversions: Conversions, values: Sequence[Any]) -> list[Any]:
    """The values, those that need it converted; nothing stays nothing."""
    row = list(values)
    for place, convert in conversions:
        if row[place] is not None:
            row[place] = convert(row[place])
    return row


def _cursor(connection: Connection, text: str, arguments: Any) -> Any:
    """The driver's cursor after a statement; both drivers' connections make one and run it in one go."""
    if connection._has_events or connection.engine._has_events:  # as SQLAlchemy itself asks, and as cheaply
        return connection.exec_driver_sql(text, arguments)
    driver: Any = connection.connection.dbapi_connection
    return driver.execute(text, arguments)


def _all(connection: Connection, text: str, many: list[Any]) -> None:
    """A statement, for each of the arguments."""
    if connection._has_events or connection.engine._has_events:
        connection.exec_driver_sql(text, many)
    else:
        connection.connection.cursor().executemany(text, many)


def _make(statement: Any, dialect: Dialect) -> _Made:
    """Compile for a database. Two threads that do it at once make the same."""
    compiled: Any = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup if compiled.positional else compiled.binds)
    takes = (compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    gives = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    return _Made(str(compiled), names, _picking(names), _of(takes), _of(gives), bool(compiled.positional))


def _of(processors: Iterable[Convert | None]) -> Conversions:
    return tuple((place, convert) for place, convert in enumerate(processors) if convert is not None)


def _picking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """What takes the named values out of a mapping, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)
