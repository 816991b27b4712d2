"""Complete a task: a person's answers move the case on (DESIGN, the way of the main job)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.commands.access import must_be_theirs, must_not_be_held
from engine.commands.advance import Happening, advance
from engine.commands.answers import accepted, done_moment
from engine.commands.departure import departure
from engine.commands.locking import lock_case_of_task
from engine.commands.once import keep, recalled
from engine.commands.stale import must_be_current
from engine.commands.trouble import incidents_of
from engine.model.case import case_of
from engine.model.errors import AlongsideError, StoreBusy, TaskAlreadyComplete
from engine.model.event import TaskCompleted
from engine.model.person import Actor
from engine.model.task import Task
from engine.ports import Machine, Transaction, UnitOfWork
from engine.ports.crash_points import crash_point


@dataclass(frozen=True)
class Completed:
    """What completing a task did: the case's version after it, the tasks that opened, whether the case ended."""

    case_id: str
    task_id: str
    version: int
    opened: tuple[str, ...]
    ended: bool


@dataclass(frozen=True)
class _Asked:
    """One request to complete a task."""

    actor: Actor
    task_id: str
    answers: Mapping[str, object]
    seen_version: int | None
    now: datetime


def complete_task(
    uow: UnitOfWork,
    machine: Machine,
    *,
    actor: Actor,
    task_id: str,
    answers: Mapping[str, object],
    seen_version: int | None = None,
    key: str | None = None,
    now: datetime,
) -> Completed:
    """Judge the answers again, step the case, and keep all of it in one commit.

    The case is locked first, so two tasks of one case completed at once are completed one after the other and both
    kept. `seen_version` is the case's version when the page was made. A page may be older than the case: the work of
    others disturbs only when (a) a question was left as it had been pre-filled, and the case has another value by
    now, which this form would silently put back, or (b) the advice shown on the page is no longer the advice. Then
    CaseMovedOn. The same `key` again gives the same answer and no second effect.

    Raises TaskNotFound, NotAllowed, TaskClaimed, TaskAlreadyComplete, CaseMovedOn, AnswersRejected, KeyUsed;
    StepFailed after recording an incident.
    """
    asked = _Asked(actor, task_id, answers, seen_version, now)
    what = f"complete_task {task_id}"
    try:
        with incidents_of(uow, case_of(task_id), {"task": task_id}, now), uow.write() as tx:
            done = _complete(uow, machine, tx, asked)
            keep(tx, key, what, actor, now, done)
            crash_point("complete_task.before_commit")
    except StoreBusy:
        raise
    except AlongsideError:
        answered = recalled(uow, key, what, actor, Completed)
        if answered is None:
            raise
        return answered
    crash_point("complete_task.after_commit")
    return done


def _complete(uow: UnitOfWork, machine: Machine, tx: Transaction, asked: _Asked) -> Completed:
    case = lock_case_of_task(tx, asked.task_id)
    crash_point("complete_task.after_lock")
    task, guidance = tx.tasks.find(asked.task_id), uow.library.open(tx, case.head.policy_digest)
    must_be_theirs(tx, asked.actor, task, case.head, guidance.rules)
    must_be_open(task)
    must_not_be_held(task, asked.actor.person)
    variables = machine.variables(guidance.definitions, case.state, where=task.where)
    answers = accepted(guidance, task.form_id, asked.answers, variables, asked.now)
    must_be_current(tx, case, task, answers, asked.seen_version)
    departed = departure(task, answers, variables)
    happening = Happening(
        kind="task_completed",
        actor=asked.actor,
        now=asked.now,
        done_at=done_moment(task, answers),
        more=_about(task) | ({"departed_from_advice": departed} if departed else {}),
    )
    done = advance(tx, machine, guidance, case, TaskCompleted(task.local_id, answers), happening)
    return Completed(case.id, task.id, done.case.head.version, done.opened, done.outcome.ended)


def must_be_open(task: Task) -> None:
    """Raises TaskAlreadyComplete, saying how it closed."""
    if not task.is_open:
        how = f"has been completed by {task.completed_by}" if task.completed_by else "is no longer needed"
        raise TaskAlreadyComplete(f"“{task.name}” {how}.")


def _about(task: Task) -> dict[str, object]:
    """What the chronology says of the task, whatever becomes of its row."""
    about: dict[str, object] = {"task": task.id, "name": task.name, "element": task.element_id}
    about |= {"process": task.process_id, "where": task.where, "form": task.form_id}
    return {**about, "due": task.due.isoformat()} if task.due else about
