"""Settle an incident whose trouble is over: what it stopped was done in another way."""

from __future__ import annotations

from datetime import datetime

from engine.commands.access import must_be_allowed
from engine.commands.journalled import note
from engine.model.errors import IncidentNotFound
from engine.model.incident import Incident
from engine.model.person import Actor
from engine.ports import UnitOfWork


def settle_incident(uow: UnitOfWork, *, actor: Actor, incident_id: int, how: str, now: datetime) -> None:
    """Settle it and say how, in the case's journal. Raises IncidentNotFound (also when it is settled), NotAllowed."""
    with uow.write() as tx:
        case = tx.cases.lock(tx.incidents.find(incident_id).case_id)
        incident = tx.incidents.find(incident_id)
        must_be_open(incident)
        must_be_allowed(tx, actor, case, uow.library.open(tx, case.head.policy_digest).rules, "operate")
        tx.incidents.resolve(incident_id, actor.person.username, now)
        note(tx, case, "incident_retried", actor, now, {"incident": incident_id, "what": how})


def may_settle(uow: UnitOfWork, *, actor: Actor, incident_id: int) -> Incident:
    """The incident, if it is open and the actor may settle it. Raises IncidentNotFound, NotAllowed."""
    with uow.read() as tx:
        incident = tx.incidents.find(incident_id)
        must_be_open(incident)
        case = tx.cases.find(incident.case_id)
        must_be_allowed(tx, actor, case, uow.library.open(tx, case.head.policy_digest).rules, "operate")
    return incident


def must_be_open(incident: Incident) -> None:
    """Raises IncidentNotFound when it is settled."""
    if incident.status != "open":
        raise IncidentNotFound(f"Incident {incident.id} is settled.")
