"""Note a failed try of a handler, so that people see what is being tried and why it fails."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.commands.locking import lock_case_of_job
from engine.model.errors import JobNotOpen
from engine.model.job import OPEN
from engine.ports import UnitOfWork


def note_attempt(uow: UnitOfWork, *, job_id: str, reason: str, now: datetime) -> int:
    """How many tries have failed so far. Raises JobNotOpen. `now` is kept with the reason."""
    with uow.write() as tx:
        lock_case_of_job(tx, job_id)
        job = tx.jobs.find(job_id)
        if job.status != OPEN:
            raise JobNotOpen(f"Job {job_id} is no longer needed.")
        tx.jobs.save(replace(job, attempts=job.attempts + 1, last_error=f"{now.isoformat()}: {reason}"))
        return job.attempts + 1
