"""Postpone a task: plan it for another day, with a reason; the date by which it is due does not move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from engine.commands.access import must_be_theirs, must_not_be_held
from engine.commands.complete_task import must_be_open
from engine.commands.journalled import note
from engine.commands.locking import lock_case_of_task
from engine.commands.once import once
from engine.model.case import Case
from engine.model.errors import AnswersRejected
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Postponed:
    """The day for which the task is planned now."""

    task_id: str
    planned_for: date


@dataclass(frozen=True)
class _Asked:
    """One request to plan a task for another day."""

    actor: Actor
    task_id: str
    planned_for: date
    reason: str
    authorised_by: str
    now: datetime


def postpone_task(
    uow: UnitOfWork,
    *,
    actor: Actor,
    task_id: str,
    planned_for: date,
    reason: str,
    authorised_by: str,
    key: str | None = None,
    now: datetime,
) -> Postponed:
    """Plan the task for a day, journalled with the reason and who authorised it.

    Raises AnswersRejected without a reason or an authoriser; TaskNotFound, NotAllowed, TaskAlreadyComplete,
    TaskClaimed, KeyUsed.
    """
    _must_say(reason=reason, authorised_by=authorised_by)
    asked = _Asked(actor, task_id, planned_for, reason, authorised_by, now)
    with uow.write() as tx:
        case = lock_case_of_task(tx, task_id)
        what = f"postpone_task {task_id}"
        return once(tx, key, what, actor, now, Postponed, lambda: _postpone(uow, tx, case, asked))


def _postpone(uow: UnitOfWork, tx: Transaction, case: Case, asked: _Asked) -> Postponed:
    task, rules = tx.tasks.find(asked.task_id), uow.library.open(tx, case.head.policy_digest).rules
    must_be_theirs(tx, asked.actor, task, case.head, rules)
    must_be_open(task)
    must_not_be_held(task, asked.actor.person)
    tx.tasks.save(replace(task, planned_for=asked.planned_for))
    about = {"task": task.id, "name": task.name, "reason": asked.reason, "authorised_by": asked.authorised_by}
    was = task.planned_for.isoformat() if task.planned_for else None
    due = task.due.isoformat() if task.due else None
    dates = {"planned_for": asked.planned_for.isoformat(), "planned_before": was, "due": due}
    note(tx, case, "task_postponed", asked.actor, asked.now, {**about, **dates})
    return Postponed(task.id, asked.planned_for)


def _must_say(**texts: str) -> None:
    sentences = {"reason": "Give the reason", "authorised_by": "Say who authorised this"}
    missing = {name: sentences[name] for name, text in texts.items() if not text.strip()}
    if missing:
        raise AnswersRejected(missing)
