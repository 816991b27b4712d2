"""Events and outcomes as plain JSON and back: what the journal keeps and replay repeats.

Values are written by `engine.feel.encode`, so that a date comes back a date and 1.50 comes back 1.50.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from engine.feel import Decoded, decode, encode
from engine.model.event import (
    CaseStarted,
    Event,
    JobErrored,
    JobFinished,
    MessageDelivered,
    TaskCompleted,
    TimerFired,
)
from engine.model.exact import exact
from engine.model.outcome import DecisionMade, JobRequest, MessageThrown, Outcome

_EVENTS: dict[str, type[Any]] = {
    each.__name__: each for each in (CaseStarted, TaskCompleted, JobFinished, JobErrored, TimerFired, MessageDelivered)
}
#: The fields of events that hold FEEL values.
_VALUES = ("variables", "answers", "result", "payload")


def told(event: Event) -> dict[str, Any]:
    """The event as the journal tells it, its names in order: what a step makes of it now replay will make of it."""
    found: dict[str, Any] = msgspec.json.decode(exact(event_json(event), by_name=True))
    return found


def event_json(event: Event) -> dict[str, Any]:
    """`{"type": "TaskCompleted", "task_id": ..., "answers": {...}}`."""
    plain = {name: values_json(value) if name in _VALUES else value for name, value in asdict(event).items()}
    return {"type": type(event).__name__, **plain}


def event_from(body: Mapping[str, Any]) -> Event:
    """The event that `event_json` wrote. Raises ValueError for a type that this release does not know."""
    kind = _EVENTS.get(str(body.get("type")))
    if kind is None:
        raise ValueError(f"the journal names an unknown event {body.get('type')!r}")
    plain = {name: value for name, value in body.items() if name != "type"}
    event: Event = kind(**{n: values_from(v) if n in _VALUES else v for n, v in plain.items()})
    return event


def values_json(values: Mapping[str, object]) -> dict[str, Any]:
    """FEEL values by name as JSON; names are never marks."""
    if isinstance(values, Decoded):
        return dict(values.encoded)
    return {name: encode(value) for name, value in values.items()}


def values_from(values: Mapping[str, Any]) -> dict[str, object]:
    """What `values_json` wrote."""
    return {name: decode(value) for name, value in values.items()}


def state_digest(state: bytes) -> str:
    """SHA-256 of the machine's state, in hex: what replay compares."""
    return hashlib.sha256(state).hexdigest()


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """All that the step did, without the state itself (its digest stands for it) and without what stayed empty."""
    written: dict[str, Any] = {}
    for name, value in asdict(outcome).items():
        if value:
            write = _WRITERS.get(name)
            written[name] = msgspec.to_builtins(value) if write is None else write(value)
    return written


def _jobs(jobs: Sequence[JobRequest]) -> Any:
    return [msgspec.to_builtins(replace(job, variables=values_json(job.variables))) for job in jobs]


def _decisions(decisions: Sequence[DecisionMade]) -> Any:
    return [{**asdict(made), "result": encode(made.result), "trace": plain(made.trace)} for made in decisions]


def _messages(messages: Sequence[MessageThrown]) -> Any:
    return [msgspec.to_builtins(replace(thrown, payload=values_json(thrown.payload))) for thrown in messages]


#: How the parts of an outcome are written that hold FEEL values, and the state.
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "state": state_digest,
    "jobs": _jobs,
    "decisions": _decisions,
    "messages": _messages,
}


def plain(value: Any) -> Any:
    """A trace as JSON: what is JSON already stays as it is, FEEL values are written."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return encode(value)
