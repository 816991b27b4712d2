"""What can happen to a case: the inputs of a step, which the journal keeps and replay repeats."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class CaseStarted(Struct, frozen=True):
    """A case begins: the process to run and its first variables (FEEL values)."""

    process_id: str
    variables: Mapping[str, object] = field(default_factory=dict)


class TaskCompleted(Struct, frozen=True):
    """A person completed a user task with these accepted answers (FEEL values by variable name)."""

    task_id: str
    answers: Mapping[str, object] = field(default_factory=dict)


class JobFinished(Struct, frozen=True):
    """A handler finished a parked service or send task with these results."""

    job_id: str
    result: Mapping[str, object] = field(default_factory=dict)


class JobErrored(Struct, frozen=True):
    """A handler reported a business error (BPMN error code), which an error boundary event may catch."""

    job_id: str
    code: str
    message: str = ""


class TimerFired(Struct, frozen=True):
    """A due timer fired."""

    timer_id: str


class MessageDelivered(Struct, frozen=True):
    """A message for this case, by BPMN message name, with its payload."""

    name: str
    payload: Mapping[str, object] = field(default_factory=dict)


Event = CaseStarted | TaskCompleted | JobFinished | JobErrored | TimerFired | MessageDelivered
