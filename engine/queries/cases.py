"""Lists of cases, and who looked at one."""

from __future__ import annotations

from datetime import datetime

from engine.model.access import reach
from engine.model.case import CaseFilter, CaseList, View
from engine.model.person import Person
from engine.ports import UnitOfWork
from engine.queries.seen import rules_in_force, seen_case

#: Lines on a page of cases.
SIZE = 50


def case_list(
    uow: UnitOfWork, *, person: Person, now: datetime, filters: CaseFilter | None = None, page: int = 1
) -> CaseList:
    """Cases that the person may see, newest first, with what waits in each. Three statements."""
    with uow.read() as tx:
        within = reach(person, rules_in_force(uow, tx, now))
        return tx.lists.cases(within, filters or CaseFilter(), now, max(1, page), SIZE)


def views(uow: UnitOfWork, *, person: Person, case_id: str) -> tuple[View, ...]:
    """Who looked at the case, newest first. Raises CaseNotFound."""
    with uow.read() as tx:
        seen_case(uow, tx, person, case_id)
        return tuple(tx.views.of_case(case_id))
