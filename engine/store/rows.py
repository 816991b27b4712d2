"""A line in a list of tasks: its columns, and what it may be narrowed by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, or_, select

from engine.model.task import TaskFilter, TaskRow
from engine.store.schema import cases, offers, tasks

#: Totals are counted up to this.
CAP = 1000
_SAME = ("case_id", "name", "element_id", "process_id", "form_id", "roles", "assignee", "claimed_by")
_DATES = ("due", "warn", "follow_up", "planned_for", "opened_at")
ROW = (
    tasks.c.id.label("task_id"),
    tasks.c.place.label("where"),
    tasks.c.deadline,
    cases.c.title.label("case_title"),
    cases.c.team,
    cases.c.worker,
    *(tasks.c[name] for name in _SAME + _DATES),
)


def row_of(row: RowMapping, now: datetime) -> TaskRow:
    """The line, judged at a moment."""
    due, near, deadline = row["due"], row["warn"] or row["follow_up"], row["deadline"]
    is_overdue = due is not None and due < now
    plain: dict[str, Any] = {name: value for name, value in row.items() if name != "deadline"}
    return TaskRow(
        **plain,
        due_sentence=deadline.sentence if deadline else "",
        is_overdue=is_overdue,
        is_near=not is_overdue and near is not None and near <= now,
    )


def pages(total: int, size: int) -> int:
    """How many pages a total makes; at least one."""
    return max(1, -(-total // size))


def matching(filters: TaskFilter, username: str, now: datetime) -> list[Any]:
    """The filter as conditions on a task."""
    wanted = {"form_id": filters.form_id, "element_id": filters.element_id, "case_id": filters.case_id}
    where: list[Any] = [tasks.c[name] == value for name, value in wanted.items() if value is not None]
    if filters.role is not None:
        offered = (offers.c.role == filters.role, offers.c.is_open.is_(True))
        where.append(tasks.c.id.in_(select(offers.c.task_id).where(*offered)))
    if filters.overdue is not None:
        where.append(tasks.c.due_order < now if filters.overdue else tasks.c.due_order >= now)
    if filters.text:
        named = select(cases.c.id).where(cases.c.title.icontains(filters.text, autoescape=True))
        found = (tasks.c.name.icontains(filters.text, autoescape=True), tasks.c.case_id.in_(named))
        where.append(or_(*found, tasks.c.case_id.icontains(filters.text, autoescape=True)))
    if filters.claimed is not None:
        where.append(_CLAIMED[filters.claimed](username))
    return where


Condition = Callable[[str], Any]
_HOLDER = (tasks.c.claimed_by, tasks.c.assignee)
_CLAIMED: dict[str, Condition] = {
    "me": lambda me: or_(*(holder == me for holder in _HOLDER)),
    "nobody": lambda _me: tasks.c.claimed_by.is_(None) & tasks.c.assignee.is_(None),
    "other": lambda me: or_(*(holder.is_not(None) & (holder != me) for holder in _HOLDER)),
}
