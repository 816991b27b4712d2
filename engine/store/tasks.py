"""Tasks, and the roles that they are offered to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, RowMapping, bindparam, select, update

from engine.model.case import CaseHead
from engine.model.errors import TaskNotFound
from engine.model.task import Task
from engine.store.columns import NEVER
from engine.store.prepared import Prepared
from engine.store.schema import offers, tasks

_FIELDS = Task.__struct_fields__
_COLUMNS = tuple(tasks.c["place" if name == "where" else name] for name in _FIELDS)
_FIND = Prepared(select(*_COLUMNS).where(tasks.c.id == bindparam("task_id")))
_CLOSE = Prepared(
    update(tasks)
    .where(tasks.c.id == bindparam("task_id"))
    .values(closed=bindparam("how"), completed_by=bindparam("by"), closed_at=bindparam("at"))
)
_OPEN, _OFFER = Prepared(tasks.insert()), Prepared(offers.insert())


class SqlTasks:
    """The tasks of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def find(self, task_id: str) -> Task:
        """Open or closed."""
        row = _FIND.first(self._connection, {"task_id": task_id})
        if row is None:
            raise TaskNotFound(f"There is no task {task_id}.")
        return Task(*row)

    def open(self, opened: Sequence[Task], head: CaseHead) -> None:
        """Two statements, however many tasks."""
        _OPEN.run_all(self._connection, [_row(task, head) for task in opened])
        _OFFER.run_all(self._connection, [_offer(task, role, head) for task in opened for role in task.roles])

    def close(self, completed: Sequence[str], others: Sequence[str], *, by: str, how: str, at: datetime) -> None:
        """One statement; the rows stay, for history and for who has been involved.

        The database itself closes the offers and lets go of drafts and notices: triggers on `tasks.closed_at`.
        """
        done = [{"task_id": task_id, "how": "completed", "by": by, "at": at} for task_id in completed]
        gone = [{"task_id": task_id, "how": how, "by": None, "at": at} for task_id in others]
        _CLOSE.run_all(self._connection, [*done, *gone])

    def save(self, task: Task) -> None:
        """Who holds it and when it is planned for; the rest never changes."""
        changed = {"assignee": task.assignee, "claimed_by": task.claimed_by, "planned_for": task.planned_for}
        self._connection.execute(update(tasks).where(tasks.c.id == task.id).values(**changed))
        self._connection.execute(update(offers).where(offers.c.task_id == task.id).values(is_free=_is_free(task)))

    def of_case(self, case_id: str) -> Sequence[Task]:
        """Open ones, soonest due first."""
        statement = (
            select(tasks)
            .where(tasks.c.case_id == case_id, tasks.c.closed_at.is_(None))
            .order_by(tasks.c.due_order, tasks.c.id)
        )
        return [task_of(row) for row in self._connection.execute(statement).mappings()]

    def move(self, case_id: str, team: str) -> None:
        """The case has another team."""
        theirs = select(tasks.c.id).where(tasks.c.case_id == case_id)
        for table, which in ((tasks, tasks.c.case_id == case_id), (offers, offers.c.task_id.in_(theirs))):
            self._connection.execute(update(table).where(which).values(team=team))


def task_of(row: RowMapping) -> Task:
    """The task in a row of `tasks`."""
    return Task(**{name: row["place" if name == "where" else name] for name in _FIELDS})


def _row(task: Task, head: CaseHead) -> dict[str, Any]:
    own = {name: value for name, value in asdict(task).items() if name != "where"}
    return {**own, "place": task.where, "team": head.team, "due_order": task.due or NEVER}


def _offer(task: Task, role: str, head: CaseHead) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "role": role,
        "case_id": task.case_id,
        "team": head.team,
        "due_order": task.due or NEVER,
        "is_open": True,
        "is_free": _is_free(task),
    }


def _is_free(task: Task) -> bool:
    """Whether nobody holds it."""
    return task.assignee is None and task.claimed_by is None
