"""A database emptied of everything of ours and made anew, filled and settled, in one transaction: all of it or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, MetaData, func, inspect, make_url, select, text

from engine.model.errors import AlongsideError
from engine.store.database import open_database, writing
from engine.store.grants import QUEUE_SCHEMA, grant
from engine.store.migrate import VERSION_TABLE, bring_to, revisions
from engine.store.schema import cases, journal, metadata, people, policy_versions


class CannotRestore(AlongsideError):
    """A restore that would destroy something, or could not be trusted; nothing was changed."""


@contextmanager
def emptied(url: str, revision: str, *, force: bool) -> Iterator[Connection]:
    """The database with the tables of a migration and no row; commits when the block ends, else all is as it was.

    Raises CannotRestore when somebody else is connected, when there is something and not `force`, and when the
    migration is of a later release.
    """
    if revision not in revisions():
        raise CannotRestore(f"The backup has the tables of a later release ({revision}): restore it with that release.")
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    if is_sqlite:
        _must_be_alone_on_file(Path(make_url(url).database or ""))
    engine = open_database(url)
    try:
        with writing(engine) as connection:
            if not is_sqlite:
                _must_be_alone_on_server(connection)
            _must_be_empty(connection, force=force)
            _drop(connection)
            bring_to(connection, revision)
            yield connection
    finally:
        engine.dispose()


def settle(connection: Connection) -> None:
    """Bring what was loaded to this release's tables, and numbers to where they go on from."""
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection)
    bring_to(connection)


def may_write(url: str) -> list[str]:
    """The roles, besides the owner, that may add to the journal: `emptied` takes it from them, so give it again."""
    if make_url(url).get_backend_name() == "sqlite":
        return []
    engine = open_database(url)
    asked = text(
        "SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_name = :table "
        "AND privilege_type = 'INSERT' AND grantee NOT IN (SELECT tableowner FROM pg_tables WHERE tablename = :table)"
    )
    try:
        with engine.connect() as connection:
            return sorted(connection.scalars(asked, {"table": journal.name}))
    finally:
        engine.dispose()


def give_again(url: str, roles: Sequence[str]) -> None:
    """What those roles may do, on the new tables."""
    for role in roles:
        grant(url, role)


def _must_be_alone_on_file(path: Path) -> None:
    """Nobody else has the file open: SQLite can then have it for itself."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        return
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise CannotRestore(f"Somebody else has {path} open: stop `serve` and `worker` first.") from error
    except sqlite3.DatabaseError as error:
        raise CannotRestore(f"{path} is no database ({error}): move it away first.") from error
    finally:
        connection.close()


def _must_be_alone_on_server(connection: Connection) -> None:
    """Nobody else is there who could add to the record; a monitor may be."""
    if not inspect(connection).has_table(journal.name):
        return
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend' AND has_table_privilege(usesysid, 'journal', 'INSERT')"
    )
    others = int(connection.exec_driver_sql(asked).scalar() or 0)
    if others:
        raise CannotRestore(f"{others} others are connected to the database: stop every `serve` and `worker` first.")


def _must_be_empty(connection: Connection, *, force: bool) -> None:
    """Nobody's work is overwritten unasked."""
    if force:
        return
    names = {cases: "cases", people: "people", policy_versions: "policy versions"}
    there = inspect(connection)
    found = [
        f"{what} ({number})"
        for table, what in names.items()
        if there.has_table(table.name) and (number := connection.scalar(select(func.count()).select_from(table)))
    ]
    if found:
        raise CannotRestore(
            f"The database holds {', '.join(found)}, and a restore would replace all of it. "
            "Back it up first; then `--force` replaces it."
        )


def _drop(connection: Connection) -> None:
    """Everything of ours and of the queue; nothing of anybody else's."""
    if connection.dialect.name == "sqlite":
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        return
    functions = _trigger_functions(connection)
    for name in [*(table.name for table in reversed(metadata.sorted_tables)), VERSION_TABLE]:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    for name in functions:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}")
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {QUEUE_SCHEMA} CASCADE")


def _trigger_functions(connection: Connection) -> list[str]:
    """The functions behind our tables' triggers."""
    asked = text(
        "SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relname = ANY(:names)"
    )
    return list(connection.scalars(asked, {"names": [table.name for table in metadata.sorted_tables]}))


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL's sequences do not see numbers that were put in."""
    asked = text(
        "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relname = ANY(:names) AND a.attnum > 0 "
        "AND NOT a.attisdropped AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"
    )
    for table, column, sequence in connection.execute(asked, {"names": list(metadata.tables)}).all():
        last = connection.exec_driver_sql(f"SELECT max({column}) FROM {table}").scalar()  # noqa: S608 - names of ours
        connection.execute(text("SELECT setval(:name, :last, :used)"), _next(sequence, last))


def _next(sequence: str, last: int | None) -> dict[str, object]:
    """Where a sequence stands when its last number has been used, or none."""
    return {"name": sequence, "last": last or 1, "used": last is not None}
