"""Retry what an incident stopped: a job goes to the workers again, a timer may fire again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_allowed
from engine.commands.journalled import note
from engine.commands.once import once
from engine.model.case import Case
from engine.model.errors import CaseNotFound, IncidentNotFound
from engine.model.incident import STATE, Incident
from engine.model.job import FAILED, OPEN, Job
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Retried:
    """A settled incident, and what was set going again.

    "job", "timer", "case" (all that a case's unreadable state had stopped) or "nothing" (its person repeats the task).
    """

    incident_id: int
    what: str


def retry_incident(
    uow: UnitOfWork, *, actor: Actor, incident_id: int, key: str | None = None, now: datetime
) -> Retried:
    """Settle the incident and let what it stopped be tried again.

    A step that a person asked for is not repeated by itself: their task is open as before. Raises IncidentNotFound
    (also when it is settled already), NotAllowed, KeyUsed.
    """
    with uow.write() as tx:
        incident = tx.incidents.find(incident_id)
        case = _locked(tx, incident)
        what = f"retry_incident {incident_id}"
        return once(tx, key, what, actor, now, Retried, lambda: _retry(uow, tx, case, actor, incident_id, now))


def _retry(
    uow: UnitOfWork, tx: Transaction, case: Case | None, actor: Actor, incident_id: int, now: datetime
) -> Retried:
    incident = tx.incidents.find(incident_id)
    if incident.status != "open":
        raise IncidentNotFound(f"Incident {incident_id} is settled.")
    if case is not None:
        rules = uow.library.open(tx, case.head.policy_digest).rules
        must_be_allowed(tx, actor, case, rules, "operate")
    what = _again(tx, incident)
    tx.incidents.resolve(incident_id, actor.person.username, now)
    if case is not None:
        note(tx, case, "incident_retried", actor, now, {"incident": incident_id, "what": what})
    return Retried(incident_id, what)


def _locked(tx: Transaction, incident: Incident) -> Case | None:
    try:
        return tx.cases.lock(incident.case_id)
    except CaseNotFound:
        return None


def _again(tx: Transaction, incident: Incident) -> str:
    """Set going what the incident names, or everything of the case when its state could not be read."""
    if incident.kind == STATE:
        return _all_again(tx, incident.case_id)
    if "timer" in incident.what:
        tx.timers.hold(str(incident.what["timer"]), False)
        return "timer"
    if "job" not in incident.what:
        return "nothing"
    job = tx.jobs.find(str(incident.what["job"]))
    if job.status not in (OPEN, FAILED):
        return "nothing"
    _enqueue(tx, job)
    return "job"


def _all_again(tx: Transaction, case_id: str) -> str:
    """Timers that are held and jobs that have failed; those that have an incident of their own too."""
    for timer in tx.timers.of_case(case_id):
        tx.timers.hold(timer.id, False)
    for job in tx.jobs.of_case(case_id):
        if job.status == FAILED:
            _enqueue(tx, job)
    return "case"


def _enqueue(tx: Transaction, job: Job) -> None:
    tx.jobs.save(replace(job, status=OPEN, attempts=0, run=job.run + 1, closed_at=None), enqueue=True)
