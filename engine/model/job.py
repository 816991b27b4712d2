"""A job: something that the machine does outside a step, at least once, under one stable key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

OPEN, FINISHED, FAILED, CANCELLED = "open", "finished", "failed", "cancelled"

#: The type of the jobs that tell people about their tasks; every other type is a parked task of the process.
NOTICE = "notice"


class Job(Struct, frozen=True):
    """Work for a handler named `type`; `stable_key` is one for all tries, `run` counts how often it was enqueued."""

    id: str
    case_id: str
    local_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    type: str
    variables: Mapping[str, object]
    opened_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    retries: int = 3
    attempts: int = 0
    run: int = 1
    status: str = OPEN
    last_error: str = ""
    closed_at: datetime | None = None

    @property
    def stable_key(self) -> str:
        """What the world outside may use to know a second try from a second letter."""
        return self.id

    @property
    def is_notice(self) -> bool:
        """Whether it tells people about a task and no step follows it."""
        return self.type == NOTICE
