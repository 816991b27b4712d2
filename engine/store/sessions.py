"""Sessions and counts of wrong guesses in the database, so that every web process has the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.ports.sessions import IDLE, LONGEST, MOST_STRANGERS, USED_EVERY
from engine.store.database import reading, writing
from engine.store.schema_sessions import guesses, sessions

Clock = Callable[[], datetime]


def _real() -> datetime:
    return datetime.now(UTC)


class StoredSessions:
    """The port `Sessions`: one statement by the primary key a request, and a second one once a minute."""

    def __init__(self, engine: Engine, clock: Clock = _real) -> None:
        """Use the store's connections; `clock` gives the real time, tests move it."""
        self._engine = engine
        self._clock = clock

    def read(self, key: str) -> bytes | None:
        """What the session holds, unless it has ended."""
        now = self._clock()
        with reading(self._engine) as connection:
            row = connection.execute(select(sessions).where(sessions.c.key == key)).first()
        if row is None or now - row.used > IDLE or now - row.began > LONGEST:
            return None
        if now - row.used >= USED_EVERY:
            self._change(update(sessions).where(sessions.c.key == key).values(used=now))
        return bytes(row.sealed)

    def begin(self, key: str, username: str | None, sealed: bytes, *, instead_of: str = "") -> None:
        """The new one and the end of the old one are one commit."""
        now = self._clock()
        row = {"key": key, "username": username, "sealed": sealed, "began": now, "used": now}
        with writing(self._engine) as connection:
            if instead_of:
                connection.execute(delete(sessions).where(sessions.c.key == instead_of))
            connection.execute(sessions.insert(), row)

    def write(self, key: str, username: str | None, sealed: bytes) -> None:
        """Nothing when the row is gone: a request that was under way at sign-out must not sign in again."""
        values = {"username": username, "sealed": sealed, "used": self._clock()}
        self._change(update(sessions).where(sessions.c.key == key).values(**values))

    def remove(self, key: str) -> None:
        """From now on no process knows it."""
        self._change(delete(sessions).where(sessions.c.key == key))

    def prune(self) -> int:
        """People who have signed in never lose theirs to a crowd of strangers."""
        now = self._clock()
        ended = or_(sessions.c.used < now - IDLE, sessions.c.began < now - LONGEST)
        strangers = select(sessions.c.key).where(sessions.c.username.is_(None)).order_by(sessions.c.used.desc())
        too_many = strangers.offset(MOST_STRANGERS).limit(MOST_STRANGERS)
        done = self._change(delete(sessions).where(ended))
        return done + self._change(delete(sessions).where(sessions.c.key.in_(too_many)))

    def _change(self, statement: Any) -> int:
        with writing(self._engine) as connection:
            return int(connection.execute(statement).rowcount)


class StoredGuesses:
    """The port `Guesses`: each count is one row, counted on by one statement however many processes count."""

    def __init__(self, engine: Engine, clock: Clock = _real) -> None:
        """Use the store's connections; `clock` gives the real time."""
        self._engine = engine
        self._clock = clock

    def add(self, key: str, seconds: int, by: int = 1) -> int:
        """A count whose time is up begins again."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        with writing(self._engine) as connection:
            return int(connection.execute(_counting(connection, key, by, now, until)).scalar_one())

    def count(self, key: str) -> int:
        """Of the running window."""
        found = self._find(key)
        return int(found.times) if found else 0

    def until(self, key: str) -> float:
        """The end of the running window."""
        found = self._find(key)
        return float((found.until if found else self._clock()).timestamp())

    def remove(self, key: str) -> None:
        """The next guess is the first."""
        with writing(self._engine) as connection:
            connection.execute(delete(guesses).where(guesses.c.key == key))

    def prune(self) -> int:
        """Whatever no longer counts."""
        with writing(self._engine) as connection:
            return int(connection.execute(delete(guesses).where(guesses.c.until <= self._clock())).rowcount)

    def _find(self, key: str) -> Any:
        running = select(guesses.c.times, guesses.c.until).where(guesses.c.key == key, guesses.c.until > self._clock())
        with reading(self._engine) as connection:
            return connection.execute(running).first()


def _counting(connection: Connection, key: str, by: int, now: datetime, until: datetime) -> Any:
    """Insert the count, or count on, or begin again when its time is up: as the database sees it at that moment."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    is_over = guesses.c.until <= now
    return (
        insert(guesses)
        .values(key=key, times=by, until=until)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "times": case((is_over, by), else_=guesses.c.times + by),
                "until": case((is_over, until), else_=guesses.c.until),
            },
        )
        .returning(guesses.c.times)
    )
