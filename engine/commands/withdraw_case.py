"""Withdraw a case: it should not have been started, or goes no further here; everything that waits in it closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_allowed
from engine.commands.journalled import journal
from engine.commands.once import once
from engine.model.case import WITHDRAWN, Case
from engine.model.errors import AnswersRejected, CaseEnded
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Withdrawn:
    """A case that was withdrawn."""

    case_id: str
    version: int


def withdraw_case(
    uow: UnitOfWork, *, actor: Actor, case_id: str, reason: str, key: str | None = None, now: datetime
) -> Withdrawn:
    """Close the case with a reason; nothing of it is removed.

    Raises AnswersRejected without a reason, CaseNotFound, NotAllowed, CaseEnded, KeyUsed.
    """
    if not reason.strip():
        raise AnswersRejected({"reason": "Give the reason"})
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        what = f"withdraw_case {case_id}"
        return once(tx, key, what, actor, now, Withdrawn, lambda: _withdraw(uow, tx, case, actor, reason, now))


def _withdraw(uow: UnitOfWork, tx: Transaction, case: Case, actor: Actor, reason: str, now: datetime) -> Withdrawn:
    rules = uow.library.open(tx, case.head.policy_digest).rules
    must_be_allowed(tx, actor, case, rules, "withdraw")
    if not case.is_open:
        raise CaseEnded(f"Case {case.id} has ended.")
    tasks = [task.id for task in tx.tasks.of_case(case.id)]
    tx.tasks.close([], tasks, by="", how="withdrawn", at=now)
    tx.timers.clear_case(case.id)
    tx.waits.close_case(case.id)
    tx.jobs.cancel_case(case.id, now)
    head = replace(case.head, status=WITHDRAWN, ended_at=now, version=case.head.version + 1)
    body = {"reason": reason, "tasks": tasks}
    tx.cases.save(case, journal(tx, replace(case, head=head, tokens=()), "case_withdrawn", actor, now, body))
    return Withdrawn(case.id, head.version)
