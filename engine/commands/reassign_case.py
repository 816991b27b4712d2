"""Reassign a case: another worker, another team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_allowed
from engine.commands.journalled import journal
from engine.commands.once import once
from engine.commands.reassign_task import Reassigned
from engine.model.case import Case
from engine.model.errors import AnswersRejected, CaseEnded
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class _Asked:
    """One request to give a case to somebody else."""

    actor: Actor
    worker: str | None
    team: str | None
    reason: str
    now: datetime


def reassign_case(
    uow: UnitOfWork,
    *,
    actor: Actor,
    case_id: str,
    worker: str | None = None,
    team: str | None = None,
    reason: str,
    key: str | None = None,
    now: datetime,
) -> Reassigned:
    """Give the case to another worker or team (None leaves each as it is); its open tasks move with it.

    Raises AnswersRejected without a reason, CaseNotFound, NotAllowed, CaseEnded, KeyUsed.
    """
    if not reason.strip():
        raise AnswersRejected({"reason": "Give the reason"})
    asked = _Asked(actor, worker, team, reason, now)
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        what = f"reassign_case {case_id}"
        return once(tx, key, what, actor, now, Reassigned, lambda: _reassign(uow, tx, case, asked))


def _reassign(uow: UnitOfWork, tx: Transaction, case: Case, asked: _Asked) -> Reassigned:
    rules = uow.library.open(tx, case.head.policy_digest).rules
    must_be_allowed(tx, asked.actor, case, rules, "reassign")
    if not case.is_open:
        raise CaseEnded(f"Case {case.id} has ended.")
    head = replace(case.head, worker=asked.worker or case.head.worker, team=asked.team or case.head.team)
    about = {"worker": head.worker, "team": head.team, "reason": asked.reason}
    was = {"worker_before": case.head.worker, "team_before": case.head.team}
    after = journal(tx, replace(case, head=head), "case_reassigned", asked.actor, asked.now, {**about, **was})
    tx.cases.save(case, after)
    if head.team != case.head.team:
        tx.tasks.move(case.id, head.team)
    return Reassigned(case.id, head.worker)
