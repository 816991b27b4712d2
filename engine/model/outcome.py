"""What a step did: plain data out of the machine, for the store, the journal and the screen.

All ids are strings, unique within the case and deterministic: the same events on the same definitions give the
same ids, so that replay can compare. `where` is the chain of call activity and subprocess instances from the
case's root process down, joined with "/" ("" at the root); multi-instance adds `#n`, a second instance that lives at
the same time `~n`. The `where` of a task or job that has variables of its own ends with its own element.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field


class DeadlineSum(Struct, frozen=True):
    """A due date with the sum that made it: `sentence` such as "10 working days after 4 March 2026"."""

    event: str
    anchor: datetime
    due: datetime
    warn: datetime | None = None
    breach: datetime | None = None
    opens: datetime | None = None
    sentence: str = ""
    source: str = ""


class OpenTask(Struct, frozen=True):
    """A user task that waits for a person."""

    task_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    form_id: str
    roles: tuple[str, ...]
    assignee: str | None = None
    due: datetime | None = None
    follow_up: datetime | None = None
    deadline: DeadlineSum | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""


class ClosedTask(Struct, frozen=True):
    """A user task that no longer waits: completed by a person, or cancelled by the process."""

    task_id: str
    element_id: str
    completed: bool


class JobRequest(Struct, frozen=True):
    """A service or send task parked for a handler: `type` is the zeebe:taskDefinition type, `variables` its input."""

    job_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    type: str
    retries: int
    variables: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


class ArmedTimer(Struct, frozen=True):
    """A timer that waits: `due` is zone-aware UTC; `deadline` is set when the expression used `deadline()`."""

    timer_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    due: datetime
    deadline: DeadlineSum | None = None


class Wait(Struct, frozen=True):
    """A place in the case that a message can reach, for pages ("Record a change") and for delivery."""

    wait_id: str
    element_id: str
    process_id: str
    where: str
    name: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)


class Change(Struct, frozen=True):
    """A variable of a scope changed; `scope` is a `where`, `old` is None and `created` true for a new name.

    Both values are as `engine.feel.encode` gives them, for that is how they are kept and told.
    """

    scope: str
    name: str
    old: Any
    new: Any
    created: bool = False


class DecisionMade(Struct, frozen=True):
    """A decision table advised: `result` as stored in `variable`, `trace` as `Trace.to_json()` gives it."""

    element_id: str
    process_id: str
    where: str
    decision_id: str
    variable: str
    result: object
    trace: Mapping[str, object]


class Passed(Struct, frozen=True):
    """One thing the token did: `kind` is "entered", "left", "cancelled" or "flow" (then `element_id` is the flow's)."""

    kind: str
    element_id: str
    process_id: str
    where: str


class MessageThrown(Struct, frozen=True):
    """A message thrown inside the case; `caught` lists the wait ids it reached, empty when nobody waited."""

    name: str
    element_id: str
    payload: Mapping[str, object]
    caught: tuple[str, ...] = ()


class Token(Struct, frozen=True):
    """Where the case is now: one live position.

    `kind` is "task", "job", "timer", "message", "call", "subprocess" or "join".
    """

    element_id: str
    process_id: str
    where: str
    kind: str


class Outcome(Struct, frozen=True):
    """All that one step did, and the state after it; `end` names the end events of an ended case, last one last."""

    state: bytes
    opened: tuple[OpenTask, ...] = ()
    closed: tuple[ClosedTask, ...] = ()
    jobs: tuple[JobRequest, ...] = ()
    jobs_cancelled: tuple[str, ...] = ()
    timers: tuple[ArmedTimer, ...] = ()
    timers_cleared: tuple[str, ...] = ()
    waits: tuple[Wait, ...] = ()
    waits_closed: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    decisions: tuple[DecisionMade, ...] = ()
    path: tuple[Passed, ...] = ()
    messages: tuple[MessageThrown, ...] = ()
    tokens: tuple[Token, ...] = ()
    ended: bool = False
    end: tuple[str, ...] = ()
