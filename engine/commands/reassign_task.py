"""Reassign a task: give it to a named person, or back to its roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.access import must_be_allowed
from engine.commands.complete_task import must_be_open
from engine.commands.journalled import note
from engine.commands.locking import lock_case_of_task
from engine.commands.once import once
from engine.model.access import Rules, roles_for
from engine.model.case import Case
from engine.model.errors import AnswersRejected, CaseNotFound, NotAllowed, TaskNotFound
from engine.model.person import Actor
from engine.model.task import Task
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Reassigned:
    """What was given to whom; `to` None: back to the roles."""

    id: str
    to: str | None


@dataclass(frozen=True)
class _Asked:
    """One request to give a task to somebody."""

    actor: Actor
    task_id: str
    to: str | None
    reason: str
    now: datetime


def reassign_task(
    uow: UnitOfWork,
    *,
    actor: Actor,
    task_id: str,
    to: str | None,
    reason: str,
    key: str | None = None,
    now: datetime,
) -> Reassigned:
    """Give the task to a person who may do it, whoever holds it now.

    Raises AnswersRejected without a reason, NotAllowed when the actor may not reassign or the person may not do the
    task, TaskNotFound, TaskAlreadyComplete, KeyUsed.
    """
    if not reason.strip():
        raise AnswersRejected({"reason": "Give the reason"})
    asked = _Asked(actor, task_id, to, reason, now)
    with uow.write() as tx:
        case = lock_case_of_task(tx, task_id)
        what = f"reassign_task {task_id}"
        return once(tx, key, what, actor, now, Reassigned, lambda: _reassign(uow, tx, case, asked))


def _reassign(uow: UnitOfWork, tx: Transaction, case: Case, asked: _Asked) -> Reassigned:
    task, rules = tx.tasks.find(asked.task_id), uow.library.open(tx, case.head.policy_digest).rules
    _must_reassign(tx, asked.actor, case, rules, task)
    if asked.to is not None:
        _must_fit(tx, asked.to, task, case, rules)
    tx.tasks.save(replace(task, claimed_by=asked.to, assignee=task.assignee if asked.to else None))
    about = {"task": task.id, "name": task.name, "to": asked.to, "from": task.holder, "reason": asked.reason}
    note(tx, case, "task_reassigned", asked.actor, asked.now, about)
    return Reassigned(task.id, asked.to)


def _must_reassign(tx: Transaction, actor: Actor, case: Case, rules: Rules, task: Task) -> None:
    try:
        must_be_allowed(tx, actor, case, rules, "reassign")
    except CaseNotFound as error:
        raise TaskNotFound(f"There is no task {task.id}.") from error
    must_be_open(task)


def _must_fit(tx: Transaction, username: str, task: Task, case: Case, rules: Rules) -> None:
    """The person exists and has a role for the task."""
    found = tx.people.find(username)
    if found is None or not roles_for(found[0], replace(task, assignee=None), case.head, rules):
        raise NotAllowed(f"{username} may not do “{task.name}”.")
