"""Finish a job: a handler has done its work, and the case goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.advance import Happening, advance
from engine.commands.locking import lock_case_of_job
from engine.commands.trouble import incidents_of
from engine.model.case import Case, case_of
from engine.model.errors import JobNotOpen
from engine.model.event import Event, JobErrored, JobFinished
from engine.model.job import FAILED, FINISHED, OPEN, Job
from engine.model.person import SYSTEM
from engine.ports import Machine, Transaction, UnitOfWork


@dataclass(frozen=True)
class JobClosed:
    """A job that is closed; `already`: it had been before, and nothing was done."""

    job_id: str
    case_id: str
    version: int
    already: bool


def finish_job(
    uow: UnitOfWork, machine: Machine, *, job_id: str, result: Mapping[str, object] | None = None, now: datetime
) -> JobClosed:
    """Close the job and step its case; finishing it again changes nothing. A notice closes without a step.

    Raises JobNotOpen when the job is unknown or was cancelled; StepFailed after recording an incident.
    """
    with incidents_of(uow, case_of(job_id), {"job": job_id}, now), uow.write() as tx:
        case = lock_case_of_job(tx, job_id)
        job = tx.jobs.find(job_id)
        return close_job(uow, machine, tx, case, job, JobFinished(job.local_id, result or {}), now)


def close_job(
    uow: UnitOfWork, machine: Machine, tx: Transaction, case: Case, job: Job, event: Event, now: datetime
) -> JobClosed:
    """Close an open (or failed) job by the event that its handler reported."""
    if job.status == FINISHED:
        return JobClosed(job.id, case.id, case.head.version, already=True)
    if job.status not in (OPEN, FAILED):
        raise JobNotOpen(f"Job {job.id} is no longer needed.")
    tx.jobs.save(replace(job, status=FINISHED, closed_at=now))
    if job.is_notice:
        return JobClosed(job.id, case.id, case.head.version, already=False)
    kind = "job_errored" if isinstance(event, JobErrored) else "job_finished"
    about = {"job": job.id, "name": job.name, "type": job.type, "element": job.element_id}
    place = {"process": job.process_id, "where": job.where}
    guidance = uow.library.open(tx, case.head.policy_digest)
    done = advance(tx, machine, guidance, case, event, Happening(kind, SYSTEM, now, more={**about, **place}))
    return JobClosed(job.id, case.id, done.case.head.version, already=False)
