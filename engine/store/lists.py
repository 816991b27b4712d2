"""Pages of tasks and cases, access applied in SQL.

A list of tasks is a union of branches, one for each role or team, each read in order of due date by its own index and
no further than the page asked for: what a page costs does not depend on how many tasks wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select, union

from engine.model.access import Offers, Reach
from engine.model.case import CaseFilter, CaseList, CaseRow
from engine.model.task import TaskFilter, TaskList, TaskRow
from engine.store.cases import HEAD, head_of
from engine.store.rows import CAP, ROW, matching, pages, row_of
from engine.store.schema import cases, offers, tasks

Branch = Select[Any]


class SqlLists:
    """The lists of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def my_tasks(self, within: Offers, filters: TaskFilter, now: datetime, page: int, size: int) -> TaskList:
        """Offered to the person and held by nobody, or held by the person (`claimed="other"`: held by another)."""
        narrow = matching(filters, within.username, now)
        if filters.claimed is None:
            narrow.append(_free_or(within.username))
        return self._tasks([branch.where(*narrow) for branch in _mine(within)], now, page, size)

    def team_tasks(self, within: Reach, filters: TaskFilter, now: datetime, page: int, size: int) -> TaskList:
        """Of the teams' cases, and those offered to the roles that see what they are involved in."""
        narrow = matching(filters, within.username, now)
        return self._tasks([branch.where(*narrow) for branch in _of_teams(within)], now, page, size)

    def _tasks(self, branches: Sequence[Branch], now: datetime, page: int, size: int) -> TaskList:
        """Two statements: the totals and the page."""
        if not branches:
            return TaskList()
        counted = _joined(branches, CAP + 1).subquery()
        late = func.count(case((counted.c.due_order < now, 1)))
        total, overdue = self._connection.execute(select(func.count(), late).select_from(counted)).one()
        chosen = _joined(branches, page * size).subquery()
        wanted = (
            select(*ROW)
            .select_from(chosen.join(tasks, tasks.c.id == chosen.c.id).join(cases, cases.c.id == tasks.c.case_id))
            .order_by(tasks.c.due_order, tasks.c.id)
            .limit(size)
            .offset((page - 1) * size)
        )
        rows = tuple(row_of(row, now) for row in self._connection.execute(wanted).mappings())
        capped = min(total, CAP)
        return TaskList(rows, capped, min(overdue, CAP), page, pages(capped, size), total > CAP)

    def cases(self, within: Reach, filters: CaseFilter, now: datetime, page: int, size: int) -> CaseList:
        """Two statements: the total and the page."""
        where = [*_seen(within), *_narrowed(filters, now)]
        counted = select(cases.c.id).where(*where).limit(CAP + 1).subquery()
        total = int(self._connection.scalar(select(func.count()).select_from(counted)) or 0)
        wanted = (
            select(*HEAD, *_sums(now))
            .where(*where)
            .order_by(cases.c.opened_at.desc(), cases.c.id)
            .limit(size)
            .offset((page - 1) * size)
        )
        found = self._connection.execute(wanted).mappings()
        rows = tuple(CaseRow(head_of(r), r["open_tasks"], r["overdue_tasks"], r["next_due"]) for r in found)
        return CaseList(rows, min(total, CAP), page, pages(min(total, CAP), size), total > CAP)

    def dated(self, within: Reach, until: datetime, now: datetime, limit: int) -> Sequence[TaskRow]:
        """One statement."""
        wanted = (
            select(*ROW)
            .select_from(tasks.join(cases, cases.c.id == tasks.c.case_id))
            .where(tasks.c.closed_at.is_(None), tasks.c.due_order <= until, *_seen(within))
            .order_by(tasks.c.due_order, tasks.c.id)
            .limit(limit)
        )
        return [row_of(row, now) for row in self._connection.execute(wanted).mappings()]


def _mine(within: Offers) -> Iterator[Branch]:
    """A branch for each role, or role and team, and one for each way of holding a task."""
    for role in sorted(within.anywhere):
        yield _offered(role)
    for role in sorted(within.in_teams):
        for team in sorted(within.teams):
            yield _offered(role).where(offers.c.team == team)
    for holder in (tasks.c.assignee, tasks.c.claimed_by):
        yield _open().where(holder == within.username)


def _of_teams(within: Reach) -> Iterator[Branch]:
    if within.everything and not within.teams:
        yield _open()
    for team in sorted(within.teams):
        yield _open().where(tasks.c.team == team)
    for role in sorted(within.roles):
        yield _offered(role)


def _open() -> Branch:
    """Open tasks, soonest due first."""
    order = (tasks.c.due_order, tasks.c.id)
    return select(tasks.c.id, tasks.c.due_order).where(tasks.c.closed_at.is_(None)).order_by(*order)


def _offered(role: str) -> Branch:
    """Open tasks that are offered to a role, in the order of the offers' index."""
    return (
        select(tasks.c.id, offers.c.due_order)
        .select_from(offers.join(tasks, tasks.c.id == offers.c.task_id))
        .where(offers.c.is_open.is_(True), offers.c.role == role)
        .order_by(offers.c.due_order, offers.c.task_id)
    )


def _joined(branches: Iterable[Branch], most: int) -> Any:
    """The branches without repeats, none read further than `most`."""
    limited = [select(branch.limit(most).subquery()) for branch in branches]
    return union(*limited).order_by("due_order").limit(most)


def _free_or(username: str) -> Any:
    """Held by nobody, or by this person."""
    free = tasks.c.claimed_by.is_(None) & tasks.c.assignee.is_(None)
    return or_(free, tasks.c.claimed_by == username, tasks.c.claimed_by.is_(None) & (tasks.c.assignee == username))


def _seen(within: Reach) -> list[Any]:
    """What the person may see (`engine.model.access`), as conditions on a case."""
    if within.everything:
        return []
    me = within.username
    held = select(tasks.c.id).where(
        tasks.c.case_id == cases.c.id,
        or_(tasks.c.assignee == me, tasks.c.claimed_by == me, tasks.c.completed_by == me),
    )
    ways = [cases.c.worker == me, held.correlate(cases).exists()]
    if within.teams:
        ways.append(cases.c.team.in_(within.teams))
    if within.roles:
        asked = select(offers.c.task_id).where(offers.c.case_id == cases.c.id, offers.c.role.in_(within.roles))
        ways.append(asked.correlate(cases).exists())
    return [or_(*ways)]


def _narrowed(filters: CaseFilter, now: datetime) -> list[Any]:
    wanted = {"team": filters.team, "worker": filters.worker, "status": filters.status}
    where: list[Any] = [cases.c[name] == value for name, value in wanted.items() if value is not None]
    if filters.text:
        where.append(or_(*(c.icontains(filters.text, autoescape=True) for c in (cases.c.title, cases.c.id))))
    if filters.overdue is not None:
        late = _late(now).exists()
        where.append(late if filters.overdue else ~late)
    return where


def _late(now: datetime) -> Select[Any]:
    return select(tasks.c.id).where(tasks.c.case_id == cases.c.id, tasks.c.closed_at.is_(None), tasks.c.due_order < now)


def _sums(now: datetime) -> tuple[Any, ...]:
    """What waits in the case, read by the index on its tasks."""
    waiting = (tasks.c.case_id == cases.c.id) & tasks.c.closed_at.is_(None)
    count = select(func.count()).select_from(tasks).where(waiting)
    return (
        count.scalar_subquery().label("open_tasks"),
        count.where(tasks.c.due_order < now).scalar_subquery().label("overdue_tasks"),
        select(func.min(tasks.c.due)).where(waiting).scalar_subquery().label("next_due"),
    )
