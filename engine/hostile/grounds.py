"""Fresh databases to attack: files of their own on SQLite, databases of their own on one PostgreSQL server."""

from __future__ import annotations

import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

from engine.hostile.postgresql import PostgreSQL, running
from engine.settings import from_environment
from engine.wiring import migrate

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass
class Ground:
    """A kind of database on which arenas stand; each gets a new, migrated one.

    `server` is the URL of the PostgreSQL server's own database, "" for SQLite; `postgresql` its process, where it is
    ours to stop and start.
    """

    kind: str
    server: str = ""
    postgresql: PostgreSQL | None = None
    _template: list[str] = field(default_factory=list)

    @contextmanager
    def database(self, folder: Path) -> Iterator[str]:
        """The URL of a new migrated database, gone at the end; SQLite's file is in the folder."""
        if self.kind == SQLITE:
            path = folder / "alongside.db"
            _copy(Path(self._migrated(lambda: str(_sqlite_template()))), path)
            yield f"sqlite:///{path}"
            return
        name = f"hostile_{uuid.uuid4().hex[:12]}"
        template = self._migrated(self._postgresql_template)
        _statement(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield _named(self.server, name)
        finally:
            _drop(self.server, name)

    def close(self) -> None:
        """Remove the template."""
        for made in self._template:
            if self.kind == SQLITE:
                Path(made).unlink(missing_ok=True)
            else:
                _drop(self.server, made)
        self._template.clear()

    def _migrated(self, make: Callable[[], str]) -> str:
        if not self._template:
            self._template.append(make())
        return self._template[0]

    def _postgresql_template(self) -> str:
        name = f"hostile_template_{uuid.uuid4().hex[:12]}"
        _statement(self.server, f'CREATE DATABASE "{name}"')
        _migrate(_named(self.server, name))
        return name


@contextmanager
def ground(which: str) -> Iterator[Ground]:
    """`sqlite`, `postgresql` (a server of our own), or the URL of a PostgreSQL server that may make databases."""
    if which == POSTGRESQL:
        with running() as server, _closing(Ground(POSTGRESQL, server.url, server)) as found:
            yield found
        return
    with _closing(Ground(SQLITE) if which == SQLITE else Ground(POSTGRESQL, which)) as found:
        yield found


@contextmanager
def _closing(found: Ground) -> Iterator[Ground]:
    try:
        yield found
    finally:
        found.close()


def _sqlite_template() -> Path:
    """A migrated file without a case."""
    handle = tempfile.NamedTemporaryFile(prefix="alongside-template-", suffix=".db", delete=False)  # noqa: SIM115
    handle.close()
    _migrate(f"sqlite:///{handle.name}")
    return Path(handle.name)


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="alongside-") as var:
        migrate(from_environment({"ALONGSIDE_DATABASE": url, "ALONGSIDE_VAR": var}))


def _copy(source: Path, target: Path) -> None:
    """By SQLite itself, so that nothing of a write-ahead log is missed."""
    origin, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        origin.backup(copy)
    finally:
        copy.close()
        origin.close()


def _named(server: str, database: str) -> str:
    """The same server's URL for one of its databases."""
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _drop(server: str, name: str) -> None:
    """Remove a database; where the server is gone there is nothing to remove, and what ended it must not be hidden."""
    with suppress(OperationalError):
        _statement(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _statement(url: str, statement: str) -> None:
    """One statement outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
