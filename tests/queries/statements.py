"""Counts the statements that a query sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.office import Office


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(office.uow.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(office.uow.engine, "before_cursor_execute", note)
