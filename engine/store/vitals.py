"""What a database says of itself: how safely it keeps its word, its clock, its tables, and who may change history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from engine.model.errors import AlongsideError
from engine.store.anchors import SqlAnchors
from engine.store.database import open_database, reading
from engine.store.migrate import applied, revisions
from engine.store.outage import reason
from engine.store.product import StoredOffset
from engine.store.schema import cases, jobs, journal
from engine.store.schema_anchors import anchors
from engine.store.schema_records import product

#: A table by which the queue is known to be there; on PostgreSQL it is in a schema of its own.
_QUEUE_TABLE, _QUEUE_SCHEMA = "workflow_status", "dbos"
_PROMISES = ("fsync", "synchronous_commit", "full_page_writes", "server_encoding", "data_checksums")
_STATUSES = ("open", "finished", "failed", "cancelled")


class DatabaseSilent(AlongsideError):
    """The database cannot be asked: it is not there, does not answer, or is not one."""


@dataclass(frozen=True)
class Vitals:
    """One look at a database.

    `settings` are its own words by name (`fsync`: "on"); `skew_seconds` is how far its clock is ahead of ours;
    `clock_offset` is how far the demo's clock was moved; `newest` is the latest moment that was recorded; `missing` and
    `unknown` are the numbers of migrations; `newest_anchor` is its signed text, "" for none, None for not looked at;
    `remembered` is what the product keeps of itself by name; `faults` is what an integrity check found.
    """

    kind: str
    version: tuple[int, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    skew_seconds: float = 0.0
    clock_offset: timedelta = timedelta(0)
    newest: datetime | None = None
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    has_queue: bool = False
    is_standby: bool = False
    may_change_history: bool = False
    size_bytes: int = 0
    remembered: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    newest_anchor: str | None = None


def look_at(url: str, *, deep: bool = False) -> Vitals:
    """One look, in a transaction that only reads; `deep` reads every page and every entry, which takes its time.

    Raises DatabaseSilent.
    """
    path = make_url(url).database
    if make_url(url).get_backend_name() == "sqlite" and not (path and Path(path).is_file()):
        raise DatabaseSilent(f"There is no database at {path or url}.")
    engine = open_database(url)
    try:
        return _looked(engine, deep=deep)
    except (SQLAlchemyError, AlongsideError) as error:
        raise DatabaseSilent(f"The database cannot be asked: {reason(error)}.") from error
    finally:
        engine.dispose()


def migrations(connection: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of the migrations that the database lacks, and of the one that this release does not know."""
    known, there = revisions(), applied(connection)
    unknown = tuple(number for number in there if number not in known)
    last = max((number for number in there if number in known), default="")
    return () if unknown else tuple(number for number in known if number > last), unknown


def has_queue(connection: Connection) -> bool:
    """Whether the queue's own tables are there."""
    schema = _QUEUE_SCHEMA if connection.dialect.name == "postgresql" else None
    return inspect(connection).has_table(_QUEUE_TABLE, schema=schema)


def remembered(connection: Connection) -> Mapping[str, str]:
    """All that the product keeps of itself, by name."""
    if not inspect(connection).has_table(product.name):
        return {}
    return {row.name: row.value for row in connection.execute(select(product))}


def _looked(engine: Engine, *, deep: bool) -> Vitals:
    with reading(engine) as connection:
        is_postgresql = engine.dialect.name == "postgresql"
        missing, unknown = migrations(connection)
        has_tables = inspect(connection).has_table(journal.name)
        return Vitals(
            kind=engine.dialect.name,
            version=tuple(int(part) for part in engine.dialect.server_version_info or ()),
            settings=_postgresql_says(connection) if is_postgresql else _sqlite_says(connection),
            skew_seconds=_skew(connection) if is_postgresql else 0.0,
            clock_offset=StoredOffset(engine).read() if inspect(connection).has_table(product.name) else timedelta(0),
            newest=_newest(connection, deep=deep) if has_tables else None,
            missing=missing,
            unknown=unknown,
            has_queue=has_queue(connection),
            is_standby=is_postgresql and bool(connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar()),
            may_change_history=is_postgresql and has_tables and _may_change_history(connection),
            size_bytes=_size(connection, is_postgresql=is_postgresql),
            remembered=remembered(connection),
            faults=tuple(_sqlite_faults(connection)) if deep and not is_postgresql else (),
            newest_anchor=_newest_anchor(connection) if deep else None,
        )


def _postgresql_says(connection: Connection) -> Mapping[str, str]:
    """What the server promises this very connection; `synchronous_commit` may differ by role and database."""
    return {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in _PROMISES}


def _sqlite_says(connection: Connection) -> Mapping[str, str]:
    """How this very connection keeps the file: WAL cannot be had in memory, or on some network drives."""
    levels = {0: "off", 1: "normal", 2: "full", 3: "extra"}
    level = int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)
    return {
        "journal_mode": str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()),
        "synchronous": levels.get(level, str(level)),
    }


def _skew(connection: Connection) -> float:
    """The database's clock less this machine's at the middle of the question, in seconds."""
    before = datetime.now(UTC)
    theirs: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    after = datetime.now(UTC)
    return (theirs.astimezone(UTC) - (before + (after - before) / 2)).total_seconds()


def _newest(connection: Connection, *, deep: bool) -> datetime | None:
    """The latest moment in the journal; without `deep` that of the latest case and jobs, which indexes give at once."""
    if deep:
        text = connection.scalar(select(func.max(journal.c.recorded_at)))
        return _moment(text) if text else None
    begun = [connection.scalar(select(func.max(cases.c.opened_at)))]
    for status in _STATUSES:
        begun.append(connection.scalar(select(func.max(jobs.c.opened_at)).where(jobs.c.status == status)))
    return max((moment for moment in begun if moment is not None), default=None)


def _newest_anchor(connection: Connection) -> str | None:
    """Its signed text; None while there is no table for anchors."""
    if not inspect(connection).has_table(anchors.name):
        return None
    last = SqlAnchors(connection).last()
    return last.text if last else ""


def _moment(text: str) -> datetime | None:
    """A moment of the journal; None when it is not one, which `alongside verify` tells."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _may_change_history(connection: Connection) -> bool:
    """Whether this role could change or remove entries if the triggers were gone."""
    mine = "has_table_privilege(current_user, 'journal', '{}')"
    asked = " OR ".join(mine.format(verb) for verb in ("UPDATE", "DELETE"))
    return bool(connection.exec_driver_sql(f"SELECT {asked}").scalar())


def _size(connection: Connection, *, is_postgresql: bool) -> int:
    if is_postgresql:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)
    pages, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0 for name in ("page_count", "page_size"))
    return int(pages) * int(size)


def _sqlite_faults(connection: Connection) -> Sequence[str]:
    """What is wrong with the file: its pages, and rows that point to nothing."""
    pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
    lost = [f"a row of {row[0]} points to a missing row of {row[2]}" for row in _dangling(connection)]
    return [fault for fault in pages if fault != "ok"] + lost


def _dangling(connection: Connection) -> Sequence[Sequence[object]]:
    return [tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20)]
