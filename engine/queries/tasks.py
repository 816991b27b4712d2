"""Lists of tasks, soonest due first, with access applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.model.access import ALL, TEAM, Reach, Rules, offers, reach
from engine.model.person import Person
from engine.model.task import TaskFilter, TaskList, TaskRow
from engine.ports import UnitOfWork
from engine.queries.seen import rules_in_force

#: Lines on a page of tasks.
SIZE = 100


def my_tasks(
    uow: UnitOfWork, *, person: Person, now: datetime, filters: TaskFilter | None = None, page: int = 1
) -> TaskList:
    """Open tasks that are the person's own, or offered to one of their roles and held by nobody. Three statements."""
    with uow.read() as tx:
        rules = rules_in_force(uow, tx, now)
        return tx.lists.my_tasks(offers(person, rules), filters or TaskFilter(), now, max(1, page), SIZE)


def team_tasks(
    uow: UnitOfWork, *, person: Person, now: datetime, filters: TaskFilter | None = None, page: int = 1
) -> TaskList:
    """Open tasks of the cases of the person's teams, whoever's they are, and those that ask one of their roles.

    A person who sees every case and belongs to no team has them all. Three statements.
    """
    with uow.read() as tx:
        within = _team_reach(person, rules_in_force(uow, tx, now))
        return tx.lists.team_tasks(within, filters or TaskFilter(), now, max(1, page), SIZE)


def deadlines(
    uow: UnitOfWork, *, person: Person, now: datetime, until: datetime, limit: int = 500
) -> tuple[TaskRow, ...]:
    """Open tasks due before a moment in the cases that the person may see, soonest first. Two statements."""
    with uow.read() as tx:
        within = reach(person, rules_in_force(uow, tx, now))
        return tuple(tx.lists.dated(within, until, now, limit))


def _team_reach(person: Person, rules: Rules) -> Reach:
    """Their teams' cases when a role sees by team or sees all; else only what their roles are asked."""
    kinds = {rules.sees(role) for role in person.roles}
    teams = person.teams if kinds & {ALL, TEAM} else frozenset()
    return replace(reach(person, rules), teams=teams)
