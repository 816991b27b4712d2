"""What can happen to a case: the inputs of a step, which the journal keeps and replay repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CaseStarted:
    """A case begins: the process to run and its first variables (FEEL values)."""

    process_id: str
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskCompleted:
    """A person completed a user task with these accepted answers (FEEL values by variable name)."""

    task_id: str
    answers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class JobFinished:
    """A handler finished a parked service or send task with these results."""

    job_id: str
    result: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class JobErrored:
    """A handler reported a business error (BPMN error code), which an error boundary event may catch."""

    job_id: str
    code: str
    message: str = ""


@dataclass(frozen=True)
class TimerFired:
    """A due timer fired."""

    timer_id: str


@dataclass(frozen=True)
class MessageDelivered:
    """A message for this case, by BPMN message name, with its payload."""

    name: str
    payload: Mapping[str, object] = field(default_factory=dict)


Event = CaseStarted | TaskCompleted | JobFinished | JobErrored | TimerFired | MessageDelivered
