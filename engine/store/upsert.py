"""Insert or replace a row, in the words of each database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.prepared import Prepared


def put_row(
    connection: Connection, table: Table, row: Mapping[str, Any], *, key: tuple[str, ...], replace: bool = True
) -> bool:
    """Insert the row; where the key is taken replace the rest, or leave it; whether a row was written."""
    statement = _statement(connection.dialect.name, table, tuple(row), key, replace)
    return statement.run(connection, row) == 1


@lru_cache(maxsize=64)
def _statement(dialect: str, table: Table, names: tuple[str, ...], key: tuple[str, ...], replace: bool) -> Prepared:
    """The statement for rows of these columns."""
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: Any = insert(table).values({name: bindparam(name) for name in names})
    rest = {name: statement.excluded[name] for name in names if name not in key}
    if replace and rest:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=rest)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    return Prepared(statement)
