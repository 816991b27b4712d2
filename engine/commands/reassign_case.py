"""Reassign a case: another worker, another team."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.commands.access import must_be_allowed
from engine.commands.journalled import journal
from engine.commands.reassign_task import Reassigned
from engine.model.errors import AnswersRejected, CaseEnded
from engine.model.person import Actor
from engine.ports import UnitOfWork


def reassign_case(
    uow: UnitOfWork,
    *,
    actor: Actor,
    case_id: str,
    worker: str | None = None,
    team: str | None = None,
    reason: str,
    now: datetime,
) -> Reassigned:
    """Give the case to another worker or team (None leaves each as it is); its open tasks move with it.

    Raises AnswersRejected without a reason, CaseNotFound, NotAllowed, CaseEnded.
    """
    if not reason.strip():
        raise AnswersRejected({"reason": "Give the reason"})
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        rules = uow.library.open(tx, case.head.policy_digest).rules
        must_be_allowed(tx, actor, case, rules, "reassign")
        if not case.is_open:
            raise CaseEnded(f"Case {case_id} has ended.")
        head = replace(case.head, worker=worker or case.head.worker, team=team or case.head.team)
        about = {"worker": head.worker, "team": head.team, "reason": reason}
        was = {"worker_before": case.head.worker, "team_before": case.head.team}
        tx.cases.save(case, journal(tx, replace(case, head=head), "case_reassigned", actor, now, {**about, **was}))
        if head.team != case.head.team:
            tx.tasks.move(case_id, head.team)
    return Reassigned(case_id, head.worker)
