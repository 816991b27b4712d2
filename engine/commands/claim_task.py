"""Claim a task: it is mine to do, and nobody else starts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_theirs, must_not_be_held
from engine.commands.complete_task import must_be_open
from engine.commands.journalled import note
from engine.commands.locking import lock_case_of_task
from engine.commands.once import once
from engine.model.case import Case
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Claimed:
    """Who holds the task now; None: nobody, it is offered to its roles."""

    task_id: str
    claimed_by: str | None


def claim_task(uow: UnitOfWork, *, actor: Actor, task_id: str, key: str | None = None, now: datetime) -> Claimed:
    """Take the task; claiming what one has claimed changes nothing.

    Raises TaskNotFound, NotAllowed, TaskAlreadyComplete, TaskClaimed, KeyUsed.
    """
    with uow.write() as tx:
        case = lock_case_of_task(tx, task_id)
        what = f"claim_task {task_id}"
        return once(tx, key, what, actor, now, Claimed, lambda: _claim(uow, tx, case, actor, task_id, now))


def _claim(uow: UnitOfWork, tx: Transaction, case: Case, actor: Actor, task_id: str, now: datetime) -> Claimed:
    task, rules = tx.tasks.find(task_id), uow.library.open(tx, case.head.policy_digest).rules
    must_be_theirs(tx, actor, task, case.head, rules)
    must_be_open(task)
    must_not_be_held(task, actor.person)
    if task.claimed_by is None:
        tx.tasks.save(replace(task, claimed_by=actor.person.username))
        note(tx, case, "task_claimed", actor, now, {"task": task.id, "name": task.name})
    return Claimed(task_id, actor.person.username)
