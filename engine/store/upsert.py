"""Insert or replace a row, in the words of each database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put_row(
    connection: Connection, table: Table, row: Mapping[str, Any], *, key: tuple[str, ...], replace: bool = True
) -> bool:
    """Insert the row; where the key is taken replace the rest, or leave it; whether a row was written."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row)
    rest = {name: statement.excluded[name] for name in row if name not in key}
    if replace and rest:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=rest)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    return connection.execute(statement.returning(table.c[key[0]])).first() is not None
