"""A task: something that waits for a person, with the date by which it is due and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from engine.model.outcome import DeadlineSum


class Task(msgspec.Struct, frozen=True):
    """A person's task in a case; `closed` is "completed", "cancelled" or "withdrawn" once it no longer waits."""

    id: str
    case_id: str
    local_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    form_id: str
    roles: tuple[str, ...]
    opened_at: datetime
    opened_version: int
    assignee: str | None = None
    claimed_by: str | None = None
    due: datetime | None = None
    follow_up: datetime | None = None
    warn: datetime | None = None
    planned_for: date | None = None
    deadline: DeadlineSum | None = None
    properties: Mapping[str, str] = msgspec.field(default_factory=dict)
    documentation: str = ""
    closed_at: datetime | None = None
    closed: str = ""
    completed_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a person."""
        return self.closed_at is None

    @property
    def holder(self) -> str | None:
        """The one person whose task it is, if it has one: who claimed it, else whom the process named."""
        return self.claimed_by or self.assignee


@dataclass(frozen=True)
class TaskFilter:
    """What a list of tasks may be narrowed by; None means any; `claimed` is "me", "nobody" or "other"."""

    role: str | None = None
    form_id: str | None = None
    element_id: str | None = None
    overdue: bool | None = None
    claimed: str | None = None
    text: str = ""
    case_id: str | None = None


@dataclass(frozen=True)
class TaskRow:
    """A line in a list of tasks."""

    task_id: str
    case_id: str
    case_title: str
    team: str
    worker: str | None
    name: str
    element_id: str
    process_id: str
    where: str
    form_id: str
    roles: tuple[str, ...]
    assignee: str | None
    claimed_by: str | None
    due: datetime | None
    warn: datetime | None
    follow_up: datetime | None
    planned_for: date | None
    opened_at: datetime
    due_sentence: str
    is_overdue: bool
    is_near: bool


@dataclass(frozen=True)
class TaskList:
    """One page of tasks, soonest due first; totals are counted up to 1,000 (`is_capped`: there may be more)."""

    rows: tuple[TaskRow, ...] = field(default_factory=tuple)
    total: int = 0
    overdue: int = 0
    page: int = 1
    pages: int = 1
    is_capped: bool = False


@dataclass(frozen=True)
class Draft:
    """A form that somebody has begun: the raw texts by field key, as the browser sent them."""

    task_id: str
    username: str
    raw: Mapping[str, list[str]]
    saved_at: datetime
