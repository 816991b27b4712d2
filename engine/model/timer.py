"""A timer: a moment at which something is to happen, kept as a row with its due time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

#: A timer of the process: firing it is a step. The other two are notices about a task: no step, only a job.
PROCESS, WARN, OVERDUE = "process", "warn", "overdue"


class Timer(Struct, frozen=True):
    """One waiting timer; `task_id` is set for the notices, `held` while an incident keeps it from firing again."""

    id: str
    case_id: str
    kind: str
    due: datetime
    name: str = ""
    element_id: str = ""
    process_id: str = ""
    where: str = ""
    task_id: str | None = None
    held: bool = False
    sentence: str = ""


class Waiting(Struct, frozen=True):
    """A place in a case that a message can reach, as the store keeps it; `id` is public."""

    id: str
    case_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)
