"""Notices: telling people that a task has arrived, nears its date, or is overdue. They are jobs like letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.model.case import CaseHead
from engine.model.job import NOTICE, Job
from engine.model.task import Task
from engine.model.timer import OVERDUE, WARN, Timer


def notice(task: Task, head: CaseHead, event: str, now: datetime) -> Job:
    """The job that tells whoever the task is for; `event` is "arrived", "warn" or "overdue"."""
    return Job(
        id=f"{task.id}.{event}",
        case_id=task.case_id,
        local_id=f"{task.local_id}.{event}",
        element_id=task.element_id,
        process_id=task.process_id,
        where=task.where,
        name=task.name,
        type=NOTICE,
        variables={
            "event": event,
            "task_id": task.id,
            "task_name": task.name,
            "roles": list(task.roles),
            "assignee": task.holder,
            "team": head.team,
            "due": task.due,
            "case_id": head.id,
            "case_title": head.title,
        },
        opened_at=now,
    )


def notice_timers(task: Task, now: datetime) -> Iterator[Timer]:
    """When to speak of the task again: on the day to warn, if that is still to come, and when it is overdue."""
    moments = {WARN: task.warn, OVERDUE: task.due}
    for kind, due in moments.items():
        if due is not None and (kind == OVERDUE or due > now):
            place = (task.element_id, task.process_id, task.where)
            yield Timer(f"{task.id}.{kind}", task.case_id, kind, due, task.name, *place, task_id=task.id)
