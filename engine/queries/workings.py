"""What operators and workers ask: incidents, jobs, people."""

from __future__ import annotations

from dataclasses import replace

from engine.model.incident import Incident, IncidentList
from engine.model.job import Job
from engine.model.person import Person
from engine.ports import UnitOfWork

#: Lines on a page of incidents.
SIZE = 50


def incidents(uow: UnitOfWork, *, status: str | None = "open") -> tuple[Incident, ...]:
    """Incidents, newest first; `status` "open", "resolved" or None for all."""
    with uow.read() as tx:
        return tuple(tx.incidents.listed(status=status))


def incident_page(uow: UnitOfWork, *, status: str, page: int = 1) -> IncidentList:
    """Incidents of one status, newest first, each with its job's name. Four statements."""
    with uow.read() as tx:
        found = tx.incidents.page(status, max(1, page), SIZE)
        names = tx.jobs.names({str(row.incident.what["job"]) for row in found.rows if "job" in row.incident.what})
    named = (replace(row, job=names.get(str(row.incident.what.get("job")), "")) for row in found.rows)
    return replace(found, rows=tuple(named))


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
