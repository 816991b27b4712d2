"""Retry an incident; where a case's state could not be read, it is first made anew from the case's record."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from engine.audit.rebuild import rebuilt
from engine.commands import Retried, mend_case, retry_incident
from engine.model.errors import IncidentNotFound
from engine.model.incident import STATE
from engine.model.person import Actor
from engine.ports import Machine, UnitOfWork


def retry(
    uow: UnitOfWork, machine: Machine, *, actor: Actor, incident_id: int, key: str | None = None, now: datetime
) -> Retried:
    """Raises what `retry_incident` and `mend_case` raise. A record that does not hold mends nothing."""
    with uow.read() as tx:
        incident = tx.incidents.find(incident_id)
    if incident.kind == STATE and incident.status == "open":
        _mend(uow, machine, actor, incident.case_id, now)
    return retry_incident(uow, actor=actor, incident_id=incident_id, key=key, now=now)


def retry_alike(
    uow: UnitOfWork, machine: Machine, *, actor: Actor, incident_id: int, key: str | None = None, now: datetime
) -> tuple[Retried, ...]:
    """Retry an incident and every open one of its kind and reason, each in a commit of its own, itself last.

    What somebody else settles meanwhile is left to them. Raises as `retry` does: what was retried before stays so, and
    the same again goes on with the rest.
    """
    with uow.read() as tx:
        incident = tx.incidents.find(incident_id)
        others = [each for each in tx.incidents.alike(incident) if each != incident_id]
    done: list[Retried] = []
    for other in others if incident.status == "open" else ():
        with suppress(IncidentNotFound):
            done.append(retry(uow, machine, actor=actor, incident_id=other, now=now))
    return (*done, retry(uow, machine, actor=actor, incident_id=incident_id, key=key, now=now))


def _mend(uow: UnitOfWork, machine: Machine, actor: Actor, case_id: str, now: datetime) -> None:
    with uow.read() as tx:
        version = tx.cases.find(case_id).head.version
    state = rebuilt(uow, machine, case_id=case_id)
    if state is not None:
        mend_case(uow, actor=actor, case_id=case_id, state=state, version=version, now=now)
