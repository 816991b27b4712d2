"""Bring a database to this release's tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.store.database import open_database, writing

_HERE = Path(__file__).parent / "migrations"
#: One number for PostgreSQL's advisory lock, so that two processes starting at once migrate one after the other.
_LOCK = 7_411_902_206
#: Where Alembic writes how far the database is; DBOS and others may keep tables in the same database.
VERSION_TABLE = "alongside_version"


def upgrade(url: str) -> None:
    """Apply every migration that the database lacks; two at once wait for each other."""
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
    """Whether the database has every migration of this release, and none of a later one."""
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
        return set(current) == set(ScriptDirectory.from_config(_config()).get_heads())
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    return config


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
