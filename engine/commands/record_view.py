"""Record that somebody looked at a case: who, in which role, when, at what, and why they were let."""

from __future__ import annotations

from datetime import datetime

from engine.commands.access import must_see
from engine.model.access import why_seen
from engine.model.person import Actor
from engine.ports import UnitOfWork


def record_view(uow: UnitOfWork, *, actor: Actor, case_id: str, what: str, now: datetime) -> None:
    """Add a look to the case's list of looks, which nothing can change. Raises CaseNotFound when they may not look."""
    with uow.write() as tx:
        case = tx.cases.find(case_id)
        rules = uow.library.open(tx, case.head.policy_digest).rules
        must_see(tx, actor, case, rules)
        why = why_seen(actor.person, case.head, rules)
        tx.views.add(case_id, actor.person.username, actor.role, now, what, why)
