"""The databases: how they are opened, migrated, and what they refuse."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from engine.store import SqlUnitOfWork, is_current, upgrade
from engine.store.schema import metadata


def test_the_migrations_make_the_tables_that_the_code_uses(uow: SqlUnitOfWork) -> None:
    with uow.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "alongside_version", "compare_type": False}
        )
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(uow: SqlUnitOfWork, database_url: str) -> None:
    upgrade(database_url)
    assert is_current(database_url)


def test_two_processes_may_migrate_at_once(database_url: str) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            upgrade(database_url)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_sqlite_keeps_what_it_acknowledged(uow: SqlUnitOfWork) -> None:
    if uow.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has its own settings")
    with uow.engine.connect() as connection:
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _WANTED}
    assert settings == _WANTED


_WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


@pytest.mark.parametrize("table", ["journal", "access_log"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET case_id = 'other'", "DELETE FROM {}"])
def test_what_is_remembered_is_never_changed_or_removed(uow: SqlUnitOfWork, table: str, verb: str) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    with uow.write() as tx:
        tx.views.add("AL-1", "ann", "worker", at, "case")
        _entry(tx.connection)
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), uow.write() as tx:
        tx.connection.execute(text(verb.format(table)))
    with uow.read() as tx:
        assert [view.case_id for view in tx.views.of_case("AL-1")] == ["AL-1"]
        assert [entry.seq for entry in tx.journal.entries("AL-1")] == [1]


def _entry(connection: object) -> None:
    """A bare case with one entry."""
    connection.execute(  # type: ignore[attr-defined]
        text(
            "INSERT INTO cases (id, title, team, status, version, policy_digest, policy_number, opened_at, outcome, "
            "state, tokens, journal_seq, journal_hash) VALUES ('AL-1', '', '', 'open', 1, '', '', "
            "'2026-03-02T00:00:00.000000Z', '', '', '[]', 1, '')"
        )
    )
    connection.execute(  # type: ignore[attr-defined]
        text(
            "INSERT INTO journal (case_id, seq, kind, actor, role, done_at, recorded_at, policy_digest, version, "
            "body, previous, hash) VALUES ('AL-1', 1, '', '', '', '', '', '', 1, '{}', '', '')"
        )
    )


def test_a_block_that_raises_leaves_nothing(uow: SqlUnitOfWork) -> None:
    def look_and_stop() -> None:
        with uow.write() as tx:
            tx.views.add("AL-1", "ann", "worker", datetime(2026, 3, 2, tzinfo=UTC), "case")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        look_and_stop()
    with uow.read() as tx:
        assert tx.views.of_case("AL-1") == []


def test_a_moment_without_a_zone_is_refused(uow: SqlUnitOfWork) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001
    with pytest.raises(StatementError, match="without a time zone"), uow.write() as tx:
        tx.views.add("AL-1", "ann", "worker", naive, "case")
