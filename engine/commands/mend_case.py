"""Mend a case: put the state that its record leads to in the place of one that cannot be read."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_allowed
from engine.commands.journalled import journal
from engine.model.errors import CaseMovedOn
from engine.model.person import Actor
from engine.model.wire import state_digest
from engine.ports import UnitOfWork


def mend_case(uow: UnitOfWork, *, actor: Actor, case_id: str, state: bytes, version: int, now: datetime) -> None:
    """Keep the state, rebuilt at that version of the case, and journal that it was.

    Raises CaseNotFound, NotAllowed; CaseMovedOn when the case has taken a step since.
    """
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        must_be_allowed(tx, actor, case, uow.library.open(tx, case.head.policy_digest).rules, "operate")
        if case.head.version != version:
            raise CaseMovedOn(f"Case {case_id} was changed by somebody else at the same moment.")
        about = {"was": state_digest(case.state), "is": state_digest(state)}
        tx.cases.save(case, journal(tx, replace(case, state=state), "state_rebuilt", actor, now, about))
