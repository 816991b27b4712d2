"""What one element of a diagram says, as frozen data (docs/dialect.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.dialect.formula import Formula


@dataclass(frozen=True)
class Flow:
    """A sequence flow: `condition` decides it, `is_default` takes it when no condition holds."""

    id: str
    target: str
    condition: Formula | None = None
    is_default: bool = False
    name: str = ""


@dataclass(frozen=True)
class Assign:
    """One line of a zeebe:ioMapping: `target` is a variable name and, after dots, keys inside it."""

    source: Formula
    target: tuple[str, ...]


@dataclass(frozen=True)
class Loop:
    """Multi-instance: one instance for each item of `collection`."""

    sequential: bool
    collection: Formula
    item: str | None = None
    output: str | None = None
    output_item: Formula | None = None
    until: Formula | None = None


@dataclass(frozen=True)
class Person:
    """Who a user task is for, with which form, and by when."""

    form_id: str = ""
    groups: Formula | None = None
    assignee: Formula | None = None
    due: Formula | None = None
    follow_up: Formula | None = None


@dataclass(frozen=True)
class Job:
    """The handler that a service or send task waits for."""

    type: str
    retries: int = 3
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """The table that a business rule task asks, and the variable for its answer."""

    decision_id: str
    variable: str


@dataclass(frozen=True)
class Call:
    """The process that a call activity runs, and which variables pass its border."""

    process_id: str
    reads_parent: bool = True
    writes_parent: bool = True


@dataclass(frozen=True)
class Trigger:
    """What an event waits for or throws.

    `kind` is "none", "message", "timer", "error", "escalation", "terminate" or "link"; `name` is the message's or
    link's name, `code` the error's or escalation's ("" catches every one); `timer` is "date", "duration" or "cycle".
    """

    kind: str = "none"
    name: str = ""
    code: str = ""
    timer: str = ""
    when: Formula | None = None
    interrupting: bool = True


@dataclass(frozen=True)
class Element:
    """One flow node; `process_id` is the process in whose diagram it stands."""

    id: str
    tag: str
    process_id: str
    name: str = ""
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()
    loop: Loop | None = None
    trigger: Trigger = Trigger()
    person: Person | None = None
    job: Job | None = None
    decision: Decision | None = None
    call: Call | None = None
