"""A database's owner with nothing of the product between: what a forger does who knows how everything is made."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import psycopg
from msgspec.structs import asdict
from sqlalchemy import make_url

from engine.model.exact import stamp
from engine.model.journal import GENESIS, Entry, seal

_COLUMNS = Entry.__struct_fields__
_ADD = f"INSERT INTO journal ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class Forger:
    """Works on one database as its owner; `role` is another PostgreSQL role to come as, "" for the owner."""

    def __init__(self, database: str, role: str = "") -> None:
        """`database` is the product's SQLAlchemy URL."""
        self._url = make_url(database)
        self._role = role
        self.is_postgresql = self._url.get_backend_name() == "postgresql"

    @contextmanager
    def at_work(self) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
        """One transaction, in which triggers do nothing: a function that runs a statement and gives its rows.

        Statements have `?` for values on both databases. Afterwards the triggers are as they were.
        """
        with self.connected() as run:
            armed = self._disarm(run)
            yield run
            for statement in armed:
                run(statement)

    @contextmanager
    def connected(self) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
        """The same with the triggers in place."""
        connect = self._postgresql if self.is_postgresql else self._sqlite
        with closing(connect()) as connection:

            def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
                cursor = connection.execute(statement.replace("?", "%s") if self.is_postgresql else statement, values)
                return cursor.fetchall() if cursor.description else []

            yield run
            connection.commit()

    def entries(self, case_id: str) -> list[Entry]:
        """A case's journal as it stands."""
        with self.connected() as run:
            rows = run(f"SELECT {', '.join(_COLUMNS)} FROM journal WHERE case_id = ? ORDER BY seq", case_id)
        return [_entry(dict(zip(_COLUMNS, row, strict=True))) for row in rows]

    def rewrite(self, case_id: str, entries: Sequence[Entry], *more: tuple[str, tuple[Any, ...]]) -> None:
        """Put these entries in place of the case's journal, each chained anew, mend the case's row, and do the rest.

        Their numbers are given anew from 1 in their order. `more` are statements with their values.
        """
        previous, forged = GENESIS, []
        for seq, entry in enumerate(entries, start=1):
            forged.append(seal(Entry(**{**asdict(entry), "seq": seq}), previous))
            previous = forged[-1].hash
        with self.at_work() as run:
            run("DELETE FROM journal WHERE case_id = ?", case_id)
            for entry in forged:
                run(_ADD, *_row(entry))
            run("UPDATE cases SET journal_seq = ?, journal_hash = ? WHERE id = ?", len(forged), previous, case_id)
            for statement, values in more:
                run(statement, *values)

    def _sqlite(self) -> Any:
        connection = sqlite3.connect(str(self._url.database), timeout=60)
        connection.execute("PRAGMA foreign_keys=OFF")
        return connection

    def _postgresql(self) -> Any:
        user = self._role or self._url.username
        host = self._url.query.get("host") or self._url.host
        return psycopg.connect(
            dbname=self._url.database, user=user, host=str(host), port=self._url.port, password=self._url.password
        )

    def _disarm(self, run: Callable[..., list[tuple[Any, ...]]]) -> list[str]:
        """Take the triggers away; the statements that bring them back."""
        if self.is_postgresql:
            run("SET session_replication_role = replica")
            return []
        triggers = run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers:
            run(f'DROP TRIGGER "{name}"')
        return [sql for _, sql in triggers]


def _entry(row: dict[str, Any]) -> Entry:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("done_at", "recorded_at")}
    return Entry(**{**row, **moments, "body": json.loads(row["body"])})


def _row(entry: Entry) -> list[Any]:
    """An entry as its row."""
    body = json.dumps(entry.body, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    plain = {**asdict(entry), "done_at": stamp(entry.done_at), "recorded_at": stamp(entry.recorded_at), "body": body}
    return [plain[name] for name in _COLUMNS]
