"""Bring a database to this release's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, make_url, select, table

from engine.model.errors import AlongsideError
from engine.store.database import open_database, writing
from engine.store.schema_records import product
from engine.store.upsert import put_row

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent / "migrations"
#: One number for PostgreSQL's advisory lock, so that two processes starting at once migrate one after the other.
_LOCK = 7_411_902_206
#: Where Alembic writes how far the database is; DBOS and others may keep tables in the same database.
VERSION_TABLE = "alongside_version"
#: Under this name the database keeps the oldest last migration whose release may still run on its tables. A migration
#: that only adds leaves it; one that takes something away raises it to the first release that does without.
WORKS_FROM, _WORKS_FROM = "works_from", "0010"


class DatabaseNewer(AlongsideError):
    """The database has migrations that this release does not know."""


class NoFolder(AlongsideError):
    """The file of the database cannot be made: its folder is not there."""


def upgrade(url: str) -> None:
    """Apply every migration that the database lacks; two at once wait for each other.

    A file that is not there is made, for its owner only: it will hold everything about everybody. Raises NoFolder.
    """
    file = _file(url)
    if file is not None:
        if not file.parent.is_dir():
            raise NoFolder(f"There is no folder {file.parent} for the database: make it, or name another file.")
        file.touch(mode=0o600)
    engine = open_database(url)
    try:
        with writing(engine) as connection:
            bring_to(connection)
    finally:
        engine.dispose()


def _file(url: str) -> Path | None:
    """The file of a SQLite database that has one."""
    path = make_url(url).database
    return Path(path) if make_url(url).get_backend_name() == "sqlite" and path and path != ":memory:" else None


def bring_to(connection: Connection, revision: str = "head") -> None:
    """Apply what is lacking up to a migration, in the caller's transaction. Raises DatabaseNewer."""
    from alembic import command

    _wait_for_turn(connection)
    later = [number for number in applied(connection) if number not in revisions()]
    if later:
        raise DatabaseNewer(f"The database has the tables of a later release ({later[0]}): use that release.")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if revision == "head":
        put_row(connection, product, {"name": WORKS_FROM, "value": _WORKS_FROM}, key=("name",))


def is_current(url: str) -> bool:
    """Whether the database has every migration of this release, and none of a later one.

    Asked at every start, so Alembic, which takes a second to import, is left out: the migrations are in one row, and
    each file begins with its number. To ask makes no file.
    """
    file = _file(url)
    if file is not None and not file.exists():
        return False
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            return applied(connection) == [revisions()[-1]]
    finally:
        engine.dispose()


def applied(connection: Connection) -> list[str]:
    """The number that the database says it is at; nothing for an empty database."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return []
    return list(connection.scalars(select(column("version_num")).select_from(table(VERSION_TABLE))).all())


def revisions() -> list[str]:
    """The numbers of this release's migrations, in order."""
    return sorted(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    return config


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
