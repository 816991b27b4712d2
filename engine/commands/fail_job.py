"""Fail a job: a business error that the process may catch, or a handler that is out of tries."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.commands.finish_job import JobClosed, close_job
from engine.commands.locking import lock_case_of_job
from engine.commands.record_incident import raise_incident
from engine.commands.trouble import incidents_of
from engine.model.case import case_of
from engine.model.errors import JobNotOpen
from engine.model.event import JobErrored
from engine.model.incident import Trouble
from engine.model.job import FAILED, FINISHED, OPEN, Job
from engine.ports import Machine, Transaction, UnitOfWork


def fail_job(
    uow: UnitOfWork, machine: Machine, *, job_id: str, reason: str, code: str | None = None, now: datetime
) -> JobClosed:
    """With `code`, a BPMN error: the case steps and an error boundary event may catch it. Without, an incident.

    Raises JobNotOpen when the job is unknown or was cancelled; StepFailed after recording an incident.
    """
    with incidents_of(uow, case_of(job_id), {"job": job_id}, now), uow.write() as tx:
        case = lock_case_of_job(tx, job_id)
        job = tx.jobs.find(job_id)
        if code is not None:
            return close_job(uow, machine, tx, case, job, JobErrored(job.local_id, code, reason), now)
        already = job.status in (FINISHED, FAILED)
        if not already:
            _give_up(tx, job, reason, now)
        return JobClosed(job.id, case.id, case.head.version, already)


def _give_up(tx: Transaction, job: Job, reason: str, now: datetime) -> None:
    """Keep the job, failed, until the incident is retried."""
    if job.status != OPEN:
        raise JobNotOpen(f"Job {job.id} is no longer needed.")
    tx.jobs.save(replace(job, status=FAILED, last_error=reason, closed_at=now))
    raise_incident(tx, Trouble(job.case_id, job.element_id, "job", reason, {"job": job.id}), now)
