"""The branches of a list: each read in order by an index, put together without repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, func, or_, select, text, union

from engine.model.access import Reach
from engine.model.case import CaseFilter
from engine.store.schema import cases, offers, tasks

Branch = Select[Any]
#: Up to this many teams each have a branch of their own; more are looked for in one.
FEW = 8


def joined(branches: Sequence[Branch], most: int, order: str, *, newest: bool = False) -> Any:
    """The branches without repeats, none read further than `most`, in the order of a column that all have."""
    if len(branches) == 1:
        return branches[0].limit(most)
    limited = [select(branch.limit(most).subquery()) for branch in branches]
    return union(*limited).order_by(text(f"{order} DESC" if newest else order)).limit(most)


def by_team(column: Column[Any], teams: frozenset[str]) -> Iterator[Any]:
    """Conditions that together mean "of one of these teams"."""
    if len(teams) > FEW:
        yield column.in_(sorted(teams))
        return
    for team in sorted(teams):
        yield column == team


def cases_seen(within: Reach) -> Iterator[Branch]:
    """The cases that a person may see (`engine.model.access`), newest first."""
    newest = select(cases.c.id, cases.c.opened_at).order_by(cases.c.opened_at.desc(), cases.c.id.desc())
    if within.everything:
        yield newest
        return
    for among in by_team(cases.c.team, within.teams):
        yield newest.where(among)
    yield newest.where(cases.c.worker == within.username)
    for holder in (tasks.c.assignee, tasks.c.claimed_by):
        held = select(tasks.c.case_id).where(tasks.c.closed_at.is_(None), holder == within.username)
        yield newest.where(cases.c.id.in_(held))
    for role in sorted(within.roles):
        yield newest.where(cases.c.id.in_(select(offers.c.case_id).where(offers.c.role == role)))


def narrowed(filters: CaseFilter, now: datetime) -> list[Any]:
    """The filter as conditions on a case."""
    wanted = {"team": filters.team, "worker": filters.worker, "status": filters.status}
    where: list[Any] = [cases.c[name] == value for name, value in wanted.items() if value is not None]
    if filters.text:
        where.append(or_(*(c.icontains(filters.text, autoescape=True) for c in (cases.c.title, cases.c.id))))
    if filters.overdue is not None:
        waiting = tasks.c.closed_at.is_(None) & (tasks.c.due_order < now)
        late = select(tasks.c.id).where(tasks.c.case_id == cases.c.id, waiting).correlate(cases).exists()
        where.append(late if filters.overdue else ~late)
    return where


def sums(now: datetime) -> tuple[Any, ...]:
    """What waits in a case, read by the index on its tasks."""
    waiting = (tasks.c.case_id == cases.c.id) & tasks.c.closed_at.is_(None)
    count = select(func.count()).select_from(tasks).where(waiting).correlate(cases)
    soonest = select(func.min(tasks.c.due)).where(waiting).correlate(cases)
    return (
        count.scalar_subquery().label("open_tasks"),
        count.where(tasks.c.due_order < now).scalar_subquery().label("overdue_tasks"),
        soonest.scalar_subquery().label("next_due"),
    )
