"""Bring a database to this release's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

from engine.store.database import open_database, writing

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent / "migrations"
#: One number for PostgreSQL's advisory lock, so that two processes starting at once migrate one after the other.
_LOCK = 7_411_902_206
#: Where Alembic writes how far the database is; DBOS and others may keep tables in the same database.
VERSION_TABLE = "alongside_version"


def upgrade(url: str) -> None:
    """Apply every migration that the database lacks; two at once wait for each other."""
    from alembic import command

    engine = open_database(url)
    try:
        with writing(engine) as connection:
            _wait_for_turn(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database has every migration of this release, and none of a later one.

    Asked at every start, so Alembic, which takes a second to import, is left out: the migrations are in one row, and
    each file begins with its number.
    """
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return False
            current: list[str] = list(
                connection.scalars(select(column("version_num")).select_from(table(VERSION_TABLE))).all()
            )
        return current == [_head()]
    finally:
        engine.dispose()


def _head() -> str:
    """The number of the last migration."""
    return max(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    return config


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
