"""Jobs: what handlers are to do, enqueued in the transaction that asks for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, RowMapping, select, update

from engine.model import wire
from engine.model.errors import JobNotOpen
from engine.model.job import CANCELLED, FAILED, OPEN, Job
from engine.ports import Jobs
from engine.store.prepared import Prepared
from engine.store.schema import jobs

_ADD = Prepared(jobs.insert())


class SqlJobs:
    """The jobs of one transaction."""

    def __init__(self, connection: Connection, queue: Jobs) -> None:
        """Work on the transaction's connection, and enqueue through it."""
        self._connection = connection
        self._queue = queue

    def add(self, added: Sequence[Job]) -> None:
        """One statement for the rows; each is enqueued."""
        _ADD.run_all(self._connection, [_row(job) for job in added])
        for job in added:
            self._queue.enqueue(self._connection, job)

    def find(self, job_id: str) -> Job:
        """Open or closed."""
        row = self._connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().first()
        if row is None:
            raise JobNotOpen(f"There is no job {job_id}.")
        return job_of(row)

    def save(self, job: Job, *, enqueue: bool = False) -> None:
        """What changes over a job's life."""
        names = ("status", "attempts", "run", "last_error", "closed_at")
        changed = {name: getattr(job, name) for name in names}
        self._connection.execute(update(jobs).where(jobs.c.id == job.id).values(**changed))
        if enqueue:
            self._queue.enqueue(self._connection, job)

    def cancel(self, job_ids: Sequence[str], at: datetime) -> None:
        """A worker that has one of them in hand will find it closed."""
        if job_ids:
            self._close(jobs.c.id.in_(job_ids), at)

    def cancel_case(self, case_id: str, at: datetime) -> None:
        """All open or failed ones of a case."""
        self._close(jobs.c.case_id == case_id, at)

    def of_case(self, case_id: str) -> Sequence[Job]:
        """Open and failed ones, oldest first."""
        return self._listed(jobs.c.case_id == case_id, jobs.c.status.in_((OPEN, FAILED)))

    def names(self, job_ids: Collection[str]) -> Mapping[str, str]:
        """One statement."""
        found = self._connection.execute(select(jobs.c.id, jobs.c.name).where(jobs.c.id.in_(job_ids)))
        return {row.id: row.name for row in found}

    def open(self, limit: int | None = None) -> Sequence[Job]:
        """Of every case, oldest first."""
        return self._listed(jobs.c.status == OPEN, limit=limit)

    def _close(self, which: Any, at: datetime) -> None:
        still = jobs.c.status.in_((OPEN, FAILED))
        self._connection.execute(update(jobs).where(which, still).values(status=CANCELLED, closed_at=at))

    def _listed(self, *where: Any, limit: int | None = None) -> Sequence[Job]:
        statement = select(jobs).where(*where).order_by(jobs.c.opened_at, jobs.c.id).limit(limit)
        return [job_of(row) for row in self._connection.execute(statement).mappings()]


def job_of(row: RowMapping) -> Job:
    """The job in a row of `jobs`."""
    own = {"where" if name == "place" else name: value for name, value in row.items()}
    return Job(**{**own, "variables": wire.values_from(row["variables"])})


def _row(job: Job) -> dict[str, Any]:
    own = {"place" if name == "where" else name: value for name, value in asdict(job).items()}
    return {**own, "variables": wire.values_json(job.variables)}
