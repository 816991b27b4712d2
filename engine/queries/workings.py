"""What operators and workers ask: incidents, jobs, people."""

from __future__ import annotations

from engine.model.incident import Incident
from engine.model.job import Job
from engine.model.person import Person
from engine.ports import UnitOfWork


def incidents(uow: UnitOfWork, *, status: str | None = "open") -> tuple[Incident, ...]:
    """Incidents, newest first; `status` "open", "resolved" or None for all."""
    with uow.read() as tx:
        return tuple(tx.incidents.listed(status=status))


def job(uow: UnitOfWork, *, job_id: str) -> Job:
    """One job. Raises JobNotOpen when it is unknown."""
    with uow.read() as tx:
        return tx.jobs.find(job_id)


def open_jobs(uow: UnitOfWork) -> tuple[Job, ...]:
    """Every open job, oldest first."""
    with uow.read() as tx:
        return tuple(tx.jobs.open())


def sign_in(uow: UnitOfWork, *, username: str) -> tuple[Person, str] | None:
    """A person and the hash of their password; None when there is nobody of that name."""
    with uow.read() as tx:
        return tx.people.find(username)


def people(uow: UnitOfWork) -> tuple[Person, ...]:
    """Everybody who can sign in, by name."""
    with uow.read() as tx:
        return tuple(tx.people.all())
