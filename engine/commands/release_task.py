"""Release a task: give back to its roles what one had claimed."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_theirs, must_not_be_held
from engine.commands.claim_task import Claimed
from engine.commands.complete_task import must_be_open
from engine.commands.journalled import note
from engine.commands.locking import lock_case_of_task
from engine.commands.once import once
from engine.model.case import Case
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


def release_task(uow: UnitOfWork, *, actor: Actor, task_id: str, key: str | None = None, now: datetime) -> Claimed:
    """Give the task back; releasing what nobody has claimed changes nothing.

    Raises TaskNotFound, NotAllowed, TaskAlreadyComplete, KeyUsed, and TaskClaimed when it is another person's.
    """
    with uow.write() as tx:
        case = lock_case_of_task(tx, task_id)
        what = f"release_task {task_id}"
        return once(tx, key, what, actor, now, Claimed, lambda: _release(uow, tx, case, actor, task_id, now))


def _release(uow: UnitOfWork, tx: Transaction, case: Case, actor: Actor, task_id: str, now: datetime) -> Claimed:
    task, rules = tx.tasks.find(task_id), uow.library.open(tx, case.head.policy_digest).rules
    must_be_theirs(tx, actor, task, case.head, rules)
    must_be_open(task)
    must_not_be_held(task, actor.person)
    if task.claimed_by is not None:
        tx.tasks.save(replace(task, claimed_by=None))
        note(tx, case, "task_released", actor, now, {"task": task.id, "name": task.name})
    return Claimed(task_id, None)
