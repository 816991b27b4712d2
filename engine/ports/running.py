"""What a case waits for, as commands reach it: its row, tasks, timers, messages and jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.model.access import Reach
from engine.model.case import Case, CaseHead
from engine.model.job import Job
from engine.model.task import Task
from engine.model.timer import Timer, Waiting


class Cases(Protocol):
    """The cases, one row each."""

    def lock(self, case_id: str) -> Case:
        """The case, held against every other writer until the commit. Raises CaseNotFound."""

    def try_lock(self, case_id: str) -> Case | None:
        """The same, or None when another holds it now or it does not exist."""

    def find(self, case_id: str) -> Case:
        """The case as it is, not held. Raises CaseNotFound."""

    def add(self, case: Case) -> None:
        """A new case."""

    def save(self, before: Case, after: Case) -> None:
        """Replace the row. Raises CaseMovedOn when it is no longer as it was before."""

    def is_involved(self, case_id: str, within: Reach) -> bool:
        """Whether one of the roles has or had a task in the case, or the person holds one now."""

    def ids(self) -> Sequence[str]:
        """Every case's id, oldest first."""


class Tasks(Protocol):
    """People's tasks."""

    def find(self, task_id: str) -> Task:
        """The task, open or closed. Raises TaskNotFound."""

    def open(self, tasks: Sequence[Task], head: CaseHead) -> None:
        """New tasks of a case, offered to their roles."""

    def close(self, completed: Sequence[str], others: Sequence[str], *, by: str, how: str, at: datetime) -> None:
        """Tasks that no longer wait: those completed `by` a person, and `others`, closed `how` the word says.

        What was typed into them but never sent goes with them, and so do the moments to speak of them again.
        """

    def save(self, task: Task) -> None:
        """Replace who holds it and when it is planned for."""

    def of_case(self, case_id: str) -> Sequence[Task]:
        """The case's open tasks, soonest due first."""

    def move(self, case_id: str, team: str) -> None:
        """Offer the case's tasks to another team."""


class Timers(Protocol):
    """The moments that cases wait for."""

    def arm(self, timers: Sequence[Timer]) -> None:
        """New timers."""

    def clear(self, timer_ids: Sequence[str]) -> None:
        """Timers that no longer wait."""

    def clear_case(self, case_id: str) -> None:
        """All timers of a case that ended."""

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Timers due by now and not held, soonest first; costs what is due, not what waits."""

    def take(self, timer_id: str) -> Timer | None:
        """Take a timer out of the waiting ones; None when somebody else has."""

    def hold(self, timer_id: str, held: bool) -> None:
        """Keep a timer from firing while an incident is open, or let it again."""

    def of_case(self, case_id: str) -> Sequence[Timer]:
        """The case's timers, soonest first."""


class Waits(Protocol):
    """The places that messages can reach."""

    def open(self, waits: Sequence[Waiting]) -> None:
        """New places."""

    def close(self, wait_ids: Sequence[str]) -> None:
        """Places that no longer wait."""

    def close_case(self, case_id: str) -> None:
        """All places of a case that ended."""

    def of_case(self, case_id: str) -> Sequence[Waiting]:
        """The case's places."""


class JobRows(Protocol):
    """The jobs."""

    def add(self, jobs: Sequence[Job]) -> None:
        """New jobs, enqueued in this transaction."""

    def find(self, job_id: str) -> Job:
        """The job. Raises JobNotOpen when there is none of that id."""

    def save(self, job: Job, *, enqueue: bool = False) -> None:
        """Replace its status, attempts and run; enqueue it again when told to."""

    def cancel(self, job_ids: Sequence[str], at: datetime) -> None:
        """Jobs whose task no longer waits for them."""

    def cancel_case(self, case_id: str, at: datetime) -> None:
        """All open jobs of a case that was withdrawn."""

    def of_case(self, case_id: str) -> Sequence[Job]:
        """The case's open and failed jobs, oldest first."""

    def names(self, job_ids: Collection[str]) -> Mapping[str, str]:
        """What jobs are called, by id; one that is unknown is left out."""

    def open(self, limit: int | None = None) -> Sequence[Job]:
        """Every open job, or so many of them, oldest first."""
