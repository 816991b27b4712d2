"""Save a draft: a half-filled form as it was typed, so that no word is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.commands.access import can_see
from engine.commands.complete_task import must_be_open
from engine.commands.locking import lock_case_of_task
from engine.model.access import roles_for
from engine.model.errors import NotAllowed, TaskNotFound
from engine.model.person import Person
from engine.model.task import Draft
from engine.ports import UnitOfWork


def save_draft(
    uow: UnitOfWork, *, person: Person, task_id: str, raw: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """Keep what the person has typed into the task's form; their next draft replaces it, and completion removes it.

    Raises TaskNotFound, NotAllowed, TaskAlreadyComplete.
    """
    with uow.write() as tx:
        head = lock_case_of_task(tx, task_id).head
        task, rules = tx.tasks.find(task_id), uow.library.open(tx, head.policy_digest).rules
        if not roles_for(person, task, head, rules):
            if not can_see(tx, person, head, rules):
                raise TaskNotFound(f"There is no task {task_id}.")
            raise NotAllowed(f"“{task.name}” is not yours to do.")
        must_be_open(task)
        typed = {name: list(texts) for name, texts in raw.items()}
        tx.drafts.put(Draft(task_id, person.username, typed, now))
