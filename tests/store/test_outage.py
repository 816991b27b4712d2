"""A database that goes away is a situation with words, at whatever moment it goes; a fault of ours stays one."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from engine.model.errors import StoreBusy, StoreGone
from engine.store.database import open_database, reading, writing
from engine.store.outage import GONE, UNSURE, situation

PID = text("SELECT pg_backend_pid()")
KEYS = text("SELECT count(*) FROM requests")
ADD = text("INSERT INTO requests (key, command, actor, at) VALUES ('k', 'c', 'a', '2026-03-02 09:30:00+00:00')")


@pytest.fixture
def engine(database_url: str):
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def _end_session(engine: Engine, pid: int) -> None:
    """What an operator or a crash does to another session."""
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def _needs_postgresql(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no sessions")


def _needs_sqlite(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("needs a file of its own to fill")


def test_a_session_that_is_ended_half_way_changed_nothing_and_the_next_one_works(engine):
    _needs_postgresql(engine)

    def half(connection: Connection) -> None:
        connection.execute(ADD)
        _end_session(engine, connection.scalar(PID))
        connection.execute(ADD)

    with pytest.raises(StoreGone, match="Nothing was changed"), writing(engine) as connection:
        half(connection)
    with writing(engine) as connection:
        assert connection.scalar(KEYS) == 0


def test_a_reader_whose_session_is_ended_is_told_so(engine):
    _needs_postgresql(engine)

    def read(connection: Connection) -> None:
        _end_session(engine, connection.scalar(PID))
        connection.execute(KEYS)

    with pytest.raises(StoreGone), reading(engine) as connection:
        read(connection)
    with reading(engine) as connection:
        assert connection.scalar(KEYS) == 0


def test_a_session_that_is_ended_at_the_commit_may_have_kept_it_and_says_so(engine):
    _needs_postgresql(engine)

    def at_commit(connection: Connection) -> None:
        _end_session(engine, connection.connection.driver_connection.info.backend_pid)

    event.listen(engine, "commit", at_commit)
    with pytest.raises(StoreGone) as told, writing(engine) as connection:
        connection.execute(ADD)
    assert str(told.value) == UNSURE


def test_sessions_that_ended_while_idle_are_replaced_unnoticed(engine):
    _needs_postgresql(engine)
    with reading(engine) as connection:
        pid = connection.scalar(PID)
    other = open_database(engine.url.render_as_string(hide_password=False))
    _end_session(other, pid)
    other.dispose()
    with writing(engine) as connection:
        assert connection.scalar(KEYS) == 0


def test_a_disk_without_room_keeps_nothing_and_works_again_when_there_is_some(engine):
    _needs_sqlite(engine)
    long = text("INSERT INTO requests (key, command, actor, at) VALUES (:k, :c, 'a', '2026-03-02 09:30:00+00:00')")

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        for number in range(100):
            connection.execute(long, {"k": f"k{number}", "c": "x" * 4000})

    with pytest.raises(StoreGone, match="Nothing was changed"), writing(engine) as connection:
        fill(connection)
    engine.dispose()
    with writing(engine) as connection:
        assert connection.scalar(KEYS) == 0
        connection.execute(ADD)


def test_a_place_where_no_database_answers_is_gone(engine, tmp_path):
    nowhere = tmp_path / "nowhere"
    for url in (f"sqlite:///{nowhere}/a.db", f"postgresql+psycopg://postgres@/postgres?host={nowhere}"):
        closed = open_database(url)
        for opened in (reading, writing):
            with pytest.raises(StoreGone), opened(closed) as connection:
                connection.execute(KEYS)
        closed.dispose()


def test_a_fault_of_ours_is_not_called_an_outage(engine):
    with pytest.raises((OperationalError, ProgrammingError)), writing(engine) as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [(sqlite3.SQLITE_BUSY, StoreBusy), (sqlite3.SQLITE_FULL, StoreGone), (sqlite3.SQLITE_IOERR_WRITE, StoreGone)],
)
def test_what_sqlite_says_is_told_apart_by_its_code(code, kind):
    raw = sqlite3.OperationalError("some words")
    raw.sqlite_errorcode = code
    for error in (raw, OperationalError("BEGIN", {}, raw)):
        found = situation(error, committing=False)
        assert type(found) is kind
    if kind is StoreGone:
        assert str(found) == GONE
