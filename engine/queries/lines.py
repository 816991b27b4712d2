"""A task of a case as a line of a list."""

from __future__ import annotations

from datetime import datetime

from engine.model.case import CaseHead
from engine.model.task import Task, TaskRow


def line_of(task: Task, head: CaseHead, now: datetime) -> TaskRow:
    """The same line that the lists give, judged at a moment."""
    near = task.warn or task.follow_up
    is_overdue = task.due is not None and task.due < now
    return TaskRow(
        task_id=task.id,
        case_id=task.case_id,
        case_title=head.title,
        team=head.team,
        worker=head.worker,
        name=task.name,
        element_id=task.element_id,
        process_id=task.process_id,
        where=task.where,
        form_id=task.form_id,
        roles=task.roles,
        assignee=task.assignee,
        claimed_by=task.claimed_by,
        due=task.due,
        warn=task.warn,
        follow_up=task.follow_up,
        planned_for=task.planned_for,
        opened_at=task.opened_at,
        due_sentence=task.deadline.sentence if task.deadline else "",
        is_overdue=is_overdue,
        is_near=not is_overdue and near is not None and near <= now,
    )
