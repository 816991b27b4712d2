"""What a restore held, settled by somebody who has looked: the letter had left, so the case goes on without sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.commands.settle_incident import may_settle, settle_incident
from engine.model.errors import IncidentNotFound
from engine.model.person import Actor

if TYPE_CHECKING:
    from engine.wiring.build import Alongside


def settle_as_sent(alongside: Alongside, actor: Actor, incident_id: int, reference: str = "") -> int:
    """Keep the letters of the incident's job as sent before, tell the case, settle the incident; how many letters.

    Repeating it after a crash in the middle does what is left. Raises IncidentNotFound, NotAllowed, JobRefused.
    """
    incident = may_settle(alongside.uow, actor=actor, incident_id=incident_id)
    if "job" not in incident.what:
        raise IncidentNotFound(f"Incident {incident_id} is about no letter: `alongside incidents --retry` settles it.")
    now = alongside.now()
    letters: int = alongside.errands.take_as_sent(str(incident.what["job"]), reference, now)
    settle_incident(alongside.uow, actor=actor, incident_id=incident_id, how="sent before", now=now)
    return letters
