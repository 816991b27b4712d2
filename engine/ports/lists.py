"""Pages of tasks and cases, with access applied where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.access import Offers, Reach
from engine.model.case import CaseFilter, CaseList
from engine.model.task import TaskFilter, TaskList, TaskRow


class Lists(Protocol):
    """Pages of tasks and cases, access applied in SQL."""

    def my_tasks(self, within: Offers, filters: TaskFilter, now: datetime, page: int, size: int) -> TaskList:
        """Open tasks offered to the person or held by them, soonest due first."""

    def team_tasks(self, within: Reach, filters: TaskFilter, now: datetime, page: int, size: int) -> TaskList:
        """Open tasks of the cases of `within.teams`, soonest due first."""

    def cases(self, within: Reach, filters: CaseFilter, now: datetime, page: int, size: int) -> CaseList:
        """Cases that the person may see, newest first."""

    def dated(self, within: Reach, until: datetime, now: datetime, limit: int) -> Sequence[TaskRow]:
        """Open tasks due before a moment, of the cases that the person may see, soonest first."""
