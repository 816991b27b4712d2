"""A letter that left without this database knowing of it: before a restore, or by another way. Nothing is sent."""

from __future__ import annotations

from datetime import datetime

from engine.commands.settle_incident import Settled, may_settle, settle_incident
from engine.model.errors import AlongsideError, IncidentNotFound
from engine.model.person import Actor
from engine.ports import UnitOfWork
from engine.wiring.errands import Errands
from handlers.job import JobRefused

#: What the journal says of how the incident was settled.
SENT = "sent already"


def settle_as_sent(
    uow: UnitOfWork,
    errands: Errands,
    *,
    actor: Actor,
    incident_id: int,
    reference: str = "",
    key: str | None = None,
    now: datetime,
) -> Settled:
    """Keep the letters of the incident's job as sent, tell the case, settle the incident.

    Repeating it after a crash in the middle does what is left. Raises IncidentNotFound, NotAllowed, KeyUsed, and
    AlongsideError when the letter cannot even be made.
    """
    incident = may_settle(uow, actor=actor, incident_id=incident_id)
    if "job" not in incident.what:
        raise IncidentNotFound(f"Incident {incident_id} is about no letter, so it can only be tried again.")
    try:
        errands.take_as_sent(str(incident.what["job"]), reference, now)
    except JobRefused as refused:
        raise AlongsideError(f"The letter cannot be kept, for it cannot be made: {refused}") from refused
    return settle_incident(uow, actor=actor, incident_id=incident_id, how=SENT, key=key, now=now)
