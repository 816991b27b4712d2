"""How the work stands, counted by indexes: what waits, what is late, and whether requests can be answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from engine.model.errors import AlongsideError, VersionNotFound
from engine.store.database import open_database, reading
from engine.store.migrate import WORKS_FROM, revisions
from engine.store.policies import SqlPolicies
from engine.store.schema import jobs, timers
from engine.store.schema_records import incidents
from engine.store.vitals import DatabaseSilent, has_queue, migrations, remembered

SILENT = "The database does not answer."


@dataclass(frozen=True)
class Pulse:
    """Counts at one moment; the ages are in seconds, 0 when nothing waits.

    Of the open jobs `jobs_retrying` have failed at least once; a held timer waits for its incident.
    """

    jobs_waiting: int
    jobs_retrying: int
    jobs_failed: int
    oldest_job_seconds: float
    timers_overdue: int
    timers_held: int
    worst_lateness_seconds: float
    incidents_open: int


def pulse(url: str, now: datetime) -> Pulse:
    """The counts; `now` is the product's time. Raises DatabaseSilent."""
    with _asking(url) as connection:
        job, timer = _jobs(connection), _timers(connection, now)
        return Pulse(
            jobs_waiting=job[0] - job[1],
            jobs_retrying=job[1],
            jobs_failed=_counted(connection, select(func.count()).where(jobs.c.status == "failed")),
            oldest_job_seconds=_seconds(job[2], now),
            timers_overdue=timer[0],
            timers_held=_counted(connection, select(func.count()).where(timers.c.held.is_(True))),
            worst_lateness_seconds=_seconds(timer[1], now),
            incidents_open=_counted(connection, select(func.count()).where(incidents.c.status == "open")),
        )


def not_ready(url: str, today: date) -> tuple[str, ...]:
    """Why no request should be sent here, a sentence each; nothing when all is well."""
    try:
        with _asking(url) as connection:
            return tuple(_reasons(connection, today))
    except DatabaseSilent:
        return (SILENT,)


@contextmanager
def _asking(url: str) -> Iterator[Connection]:
    """A connection of its own, so that a watcher waits for nobody's."""
    engine = open_database(url)
    try:
        with reading(engine) as connection:
            yield connection
    except (SQLAlchemyError, AlongsideError) as error:
        raise DatabaseSilent(SILENT) from error
    finally:
        engine.dispose()


def _reasons(connection: Connection, today: date) -> Iterator[str]:
    missing, unknown = migrations(connection)
    if missing:
        yield "The database does not have this release's tables."
        return
    if unknown and not "" < remembered(connection).get(WORKS_FROM, "") <= revisions()[-1]:
        yield "The database has the tables of a later release."
    if not has_queue(connection):
        yield "The queue's tables are missing."
    try:
        SqlPolicies(connection).in_force(today)
    except VersionNotFound:
        yield "No policy is in force."


def _jobs(connection: Connection) -> tuple[int, int, datetime | None]:
    """How many are open, how many of them have failed before, and since when the oldest waits."""
    tried = func.count().filter(jobs.c.attempts > 0)
    row = connection.execute(
        select(func.count(), tried, func.min(jobs.c.opened_at)).where(jobs.c.status == "open")
    ).one()
    return int(row[0]), int(row[1]), row[2]


def _timers(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    """How many should have fired, and when the first of them should have."""
    late = select(func.count(), func.min(timers.c.due)).where(timers.c.held.is_(False), timers.c.due <= now)
    row = connection.execute(late).one()
    return int(row[0]), row[1]


def _counted(connection: Connection, statement: object) -> int:
    return int(connection.scalar(statement) or 0)  # type: ignore[call-overload]


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
