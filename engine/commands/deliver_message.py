"""Deliver a message to a case: something that happened in the world, recorded by a person or another system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.commands.access import must_see
from engine.commands.advance import Happening, advance
from engine.commands.answers import accepted
from engine.commands.once import once
from engine.commands.trouble import incidents_of
from engine.model.access import is_system
from engine.model.case import Case
from engine.model.errors import CaseEnded, NobodyWaiting, NotAllowed
from engine.model.event import MessageDelivered
from engine.model.person import Actor
from engine.model.timer import Waiting
from engine.ports import Guidance, Machine, Transaction, UnitOfWork


@dataclass(frozen=True)
class Delivered:
    """What the message did: the case's version after it, the tasks that opened, whether the case ended."""

    case_id: str
    version: int
    opened: tuple[str, ...]
    ended: bool


@dataclass(frozen=True)
class _Asked:
    """One message to deliver."""

    actor: Actor
    name: str
    payload: Mapping[str, object]
    now: datetime


def deliver_message(
    uow: UnitOfWork,
    machine: Machine,
    *,
    actor: Actor,
    case_id: str,
    name: str,
    payload: Mapping[str, object] | None = None,
    message_id: str | None = None,
    now: datetime,
) -> Delivered:
    """Give the message to every place in the case that waits for it.

    A person may send what the case page offers ("Record a change"), in a role that may, with answers to its form;
    the system may send anything. The same `message_id` again gives the first answer and no effect. Raises
    NobodyWaiting, NotAllowed, AnswersRejected, CaseNotFound, CaseEnded, KeyUsed.
    """
    asked = _Asked(actor, name, payload or {}, now)
    key = f"message:{case_id}:{message_id}" if message_id else None
    with incidents_of(uow, case_id, {"message": name}, now), uow.write() as tx:
        case = tx.cases.lock(case_id)
        what = f"deliver_message {case_id} {name}"
        return once(tx, key, what, actor, now, Delivered, lambda: _deliver(uow, machine, tx, case, asked))


def _deliver(uow: UnitOfWork, machine: Machine, tx: Transaction, case: Case, asked: _Asked) -> Delivered:
    guidance = uow.library.open(tx, case.head.policy_digest)
    must_see(tx, asked.actor, case, guidance.rules)
    if not case.is_open:
        raise CaseEnded(f"Case {case.id} has ended.")
    about, payload = {"message": asked.name, "name": asked.name}, asked.payload
    if not is_system(asked.actor):
        offered = _offered(tx, case, asked)
        about |= {"name": offered.properties["recordable"], "form": offered.properties.get("recordableForm", "")}
        payload = _judged(machine, guidance, case, offered, asked)
    happening = Happening("message_delivered", asked.actor, asked.now, more=about)
    done = advance(tx, machine, guidance, case, MessageDelivered(asked.name, payload), happening)
    return Delivered(case.id, done.case.head.version, done.opened, done.outcome.ended)


def _offered(tx: Transaction, case: Case, asked: _Asked) -> Waiting:
    """The place that offers the message to this role. Raises NobodyWaiting, NotAllowed."""
    waiting = [w for w in tx.waits.of_case(case.id) if w.message == asked.name and w.properties.get("recordable")]
    if not waiting:
        raise NobodyWaiting(f"Nothing in case {case.id} waits for “{asked.name}” now.")
    for place in waiting:
        if may_record(place, asked.actor.role):
            return place
    raise NotAllowed(f"“{waiting[0].properties['recordable']}” is not for this role to record.")


def may_record(place: Waiting, role: str) -> bool:
    """Whether a role may record the change; without `recordableRoles`, whoever sees the case may."""
    roles = place.properties.get("recordableRoles", "")
    return not roles.strip() or role in {each.strip() for each in roles.split(",")}


def _judged(machine: Machine, guidance: Guidance, case: Case, place: Waiting, asked: _Asked) -> Mapping[str, object]:
    """The payload by the change's own form."""
    form_id = place.properties.get("recordableForm", "")
    variables = machine.variables(guidance.definitions, case.state, where=place.where) if form_id else {}
    return accepted(guidance, form_id, asked.payload, variables, asked.now)
