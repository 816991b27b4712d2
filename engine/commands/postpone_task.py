"""Postpone a task: plan it for another day, with a reason; the date by which it is due does not move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.commands.access import must_be_theirs, must_not_be_held
from engine.commands.complete_task import must_be_open
from engine.commands.journalled import note
from engine.commands.locking import lock_case_of_task
from engine.model.errors import AnswersRejected
from engine.model.person import Actor
from engine.ports import UnitOfWork


@dataclass(frozen=True)
class Postponed:
    """The day for which the task is planned now."""

    task_id: str
    planned_for: date


def postpone_task(
    uow: UnitOfWork,
    *,
    actor: Actor,
    task_id: str,
    planned_for: date,
    reason: str,
    authorised_by: str,
    now: datetime,
) -> Postponed:
    """Plan the task for a day, journalled with the reason and who authorised it.

    Raises AnswersRejected without a reason or an authoriser; TaskNotFound, NotAllowed, TaskAlreadyComplete,
    TaskClaimed.
    """
    _must_say(reason=reason, authorised_by=authorised_by)
    with uow.write() as tx:
        case = lock_case_of_task(tx, task_id)
        task, rules = tx.tasks.find(task_id), uow.library.open(tx, case.head.policy_digest).rules
        must_be_theirs(tx, actor, task, case.head, rules)
        must_be_open(task)
        must_not_be_held(task, actor.person)
        tx.tasks.save(replace(task, planned_for=planned_for))
        about = {"task": task.id, "name": task.name, "reason": reason, "authorised_by": authorised_by}
        was = task.planned_for.isoformat() if task.planned_for else None
        due = task.due.isoformat() if task.due else None
        dates = {"planned_for": planned_for.isoformat(), "planned_before": was, "due": due}
        note(tx, case, "task_postponed", actor, now, {**about, **dates})
    return Postponed(task_id, planned_for)


def _must_say(**texts: str) -> None:
    sentences = {"reason": "Give the reason", "authorised_by": "Say who authorised this"}
    missing = {name: sentences[name] for name, text in texts.items() if not text.strip()}
    if missing:
        raise AnswersRejected(missing)
