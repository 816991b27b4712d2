"""Pages of tasks and cases, access applied in SQL.

A list of tasks is a union of branches, one for each role or team, each read in order of due date by its own index and
no further than the page asked for: what a page costs does not depend on how many tasks wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select

from engine.model.access import Offers, Reach
from engine.model.case import CaseFilter, CaseList, CaseRow
from engine.model.task import TaskFilter, TaskList, TaskRow
from engine.store.branches import by_team, cases_seen, joined, narrowed, sums
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
        return self._tasks(list(_mine(within, narrow, filters.claimed is None)), now, page, size)

    def team_tasks(self, within: Reach, filters: TaskFilter, now: datetime, page: int, size: int) -> TaskList:
        """Of the teams' cases, and those offered to the roles that see what they are involved in."""
        narrow = matching(filters, within.username, now)
        return self._tasks(list(_of_teams(within, narrow)), now, page, size)

    def _tasks(self, branches: Sequence[Branch], now: datetime, page: int, size: int) -> TaskList:
        """Two statements: the totals and the page."""
        if not branches:
            return TaskList()
        counted = joined(branches, CAP + 1, "due_order").subquery()
        late = func.count(case((counted.c.due_order < now, 1)))
        total, overdue = self._connection.execute(select(func.count(), late).select_from(counted)).one()
        chosen = joined(branches, page * size, "due_order").subquery()
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
        branches = [branch.where(*narrowed(filters, now)) for branch in cases_seen(within)]
        counted = joined(branches, CAP + 1, cases.c.opened_at.name, newest=True).subquery()
        total = int(self._connection.scalar(select(func.count()).select_from(counted)) or 0)
        chosen = joined(branches, page * size, cases.c.opened_at.name, newest=True).subquery()
        wanted = (
            select(*HEAD, *sums(now))
            .select_from(chosen.join(cases, cases.c.id == chosen.c.id))
            .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
            .limit(size)
            .offset((page - 1) * size)
        )
        found = self._connection.execute(wanted).mappings()
        rows = tuple(CaseRow(head_of(r), r["open_tasks"], r["overdue_tasks"], r["next_due"]) for r in found)
        return CaseList(rows, min(total, CAP), page, pages(min(total, CAP), size), total > CAP)

    def dated(self, within: Reach, until: datetime, now: datetime, limit: int) -> Sequence[TaskRow]:
        """One statement."""
        branches = [branch.where(tasks.c.due_order <= until) for branch in _seen(within)]
        chosen = joined(branches, limit, "due_order").subquery()
        wanted = (
            select(*ROW)
            .select_from(chosen.join(tasks, tasks.c.id == chosen.c.id).join(cases, cases.c.id == tasks.c.case_id))
            .order_by(tasks.c.due_order, tasks.c.id)
            .limit(limit)
        )
        return [row_of(row, now) for row in self._connection.execute(wanted).mappings()]


def _mine(within: Offers, narrow: Sequence[Any], only_theirs: bool) -> Iterator[Branch]:
    """A branch for each role, or role and team, and one for each way of holding a task.

    `only_theirs` leaves out what others hold. A list that is not narrowed reads nothing but the offers' index.
    """
    for role in sorted(within.anywhere):
        yield _offered(role, narrow, only_theirs)
    for role in sorted(within.in_teams):
        for among in by_team(offers.c.team, within.teams):
            yield _offered(role, narrow, only_theirs).where(among)
    for holder in (tasks.c.assignee, tasks.c.claimed_by):
        held = _open().where(holder == within.username, *narrow)
        yield held.where(_held_by(within.username)) if only_theirs else held


def _of_teams(within: Reach, narrow: Sequence[Any]) -> Iterator[Branch]:
    if within.everything and not within.teams:
        yield _open().where(*narrow)
    for among in by_team(tasks.c.team, within.teams):
        yield _open().where(among, *narrow)
    for role in sorted(within.roles):
        yield _offered(role, narrow)


def _seen(within: Reach) -> Iterator[Branch]:
    """Open tasks of the cases that the person may see (`engine.model.access`)."""
    if within.everything:
        yield _open()
        return
    for among in by_team(tasks.c.team, within.teams):
        yield _open().where(among)
    worked = select(cases.c.id).where(cases.c.worker == within.username)
    yield _open().where(tasks.c.case_id.in_(worked))
    for holder in (tasks.c.assignee, tasks.c.claimed_by):
        yield _open().where(holder == within.username)
    for role in sorted(within.roles):
        yield _open().where(tasks.c.case_id.in_(select(offers.c.case_id).where(offers.c.role == role)))


def _open() -> Branch:
    """Open tasks, soonest due first."""
    order = (tasks.c.due_order, tasks.c.id)
    return select(tasks.c.id, tasks.c.due_order).where(tasks.c.closed_at.is_(None)).order_by(*order)


def _offered(role: str, narrow: Sequence[Any], only_free: bool = False) -> Branch:
    """Open tasks that are offered to a role, in the order of the offers' index."""
    offered = (
        select(offers.c.task_id.label("id"), offers.c.due_order)
        .where(offers.c.is_open.is_(True), offers.c.role == role)
        .order_by(offers.c.due_order, offers.c.task_id)
    )
    if only_free:
        offered = offered.where(offers.c.is_free.is_(True))
    return offered.join(tasks, tasks.c.id == offers.c.task_id).where(*narrow) if narrow else offered


def _held_by(username: str) -> Any:
    """Taken by the person, or given to them and taken by nobody else."""
    return or_(tasks.c.claimed_by == username, tasks.c.claimed_by.is_(None) & (tasks.c.assignee == username))
