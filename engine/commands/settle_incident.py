"""Settle an incident whose trouble is over: what it stopped was done in another way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.commands.access import must_be_allowed
from engine.commands.journalled import note
from engine.commands.once import once
from engine.model.case import Case
from engine.model.errors import IncidentNotFound
from engine.model.incident import Incident
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Settled:
    """A settled incident, and how: in a word or two for the journal."""

    incident_id: int
    how: str


def settle_incident(
    uow: UnitOfWork, *, actor: Actor, incident_id: int, how: str, key: str | None = None, now: datetime
) -> Settled:
    """Settle it and say how, in the case's journal.

    Raises IncidentNotFound (also when it is settled), NotAllowed, KeyUsed.
    """
    with uow.write() as tx:
        case = tx.cases.lock(tx.incidents.find(incident_id).case_id)

        def settle() -> Settled:
            _must_be_theirs(uow, tx, case, tx.incidents.find(incident_id), actor)
            tx.incidents.resolve(incident_id, actor.person.username, now)
            note(tx, case, "incident_retried", actor, now, {"incident": incident_id, "what": how})
            return Settled(incident_id, how)

        return once(tx, key, f"settle_incident {incident_id}", actor, now, Settled, settle)


def may_settle(uow: UnitOfWork, *, actor: Actor, incident_id: int) -> Incident:
    """The incident, if it is open and the actor may settle it. Raises IncidentNotFound, NotAllowed."""
    with uow.read() as tx:
        incident = tx.incidents.find(incident_id)
        _must_be_theirs(uow, tx, tx.cases.find(incident.case_id), incident, actor)
    return incident


def _must_be_theirs(uow: UnitOfWork, tx: Transaction, case: Case, incident: Incident, actor: Actor) -> None:
    if incident.status != "open":
        raise IncidentNotFound(f"Incident {incident.id} is settled.")
    must_be_allowed(tx, actor, case, uow.library.open(tx, case.head.policy_digest).rules, "operate")
