"""A small machine for tests of commands: stages of things that wait, written as JSON.

`processes/<id>.json` is a list of stages; a stage is over when everything in it that is not marked `"side": true` is
done, and then the next one opens. Things: {"task", "role"|"roles", "form", "due_days", "warn_days", "assignee",
"properties"}, {"job", "type"}, {"timer", "days", "cancels"}, {"message", "properties"}, {"decide", "value"} and
{"fail"}, {"crash"}, which stop a step when their stage opens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from engine.feel import decode, encode, working_day_functions
from engine.model.bundle import Bundle
from engine.model.errors import (
    CaseEnded,
    Fault,
    JobNotOpen,
    NobodyWaiting,
    PolicyRejected,
    StateUnreadable,
    StepFailed,
    TaskAlreadyComplete,
    TimerNotDue,
)
from engine.model.event import CaseStarted, Event, JobErrored, JobFinished, MessageDelivered, TaskCompleted, TimerFired
from engine.model.outcome import (
    ArmedTimer,
    Change,
    ClosedTask,
    DeadlineSum,
    DecisionMade,
    JobRequest,
    OpenTask,
    Outcome,
    Passed,
    Token,
    Wait,
)

KINDS = ("task", "job", "timer", "message")


@dataclass(frozen=True)
class FakeDefinitions:
    """Process id -> stages."""

    digest: str
    processes: Mapping[str, Any]
    functions: Mapping[str, Callable[..., object]] = field(
        default_factory=lambda: working_day_functions(frozenset({date(2026, 3, 3)}))
    )

    def ending(self, element_id: str) -> str:
        return element_id


@dataclass
class Doing:
    """One step as it goes."""

    state: dict[str, Any]
    stages: Any
    now: datetime
    opened: list[OpenTask] = field(default_factory=list)
    closed: list[ClosedTask] = field(default_factory=list)
    jobs: list[JobRequest] = field(default_factory=list)
    jobs_cancelled: list[str] = field(default_factory=list)
    timers: list[ArmedTimer] = field(default_factory=list)
    timers_cleared: list[str] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    waits_closed: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    decisions: list[DecisionMade] = field(default_factory=list)
    path: list[Passed] = field(default_factory=list)

    def write(self, values: Mapping[str, object]) -> None:
        kept = self.state["variables"]
        for name, value in values.items():
            old = kept.get(name)
            self.changes.append(Change("", name, old, encode(value), name not in kept))
            kept[name] = encode(value)

    def enter(self) -> None:
        """Open stages until one waits."""
        while not self.state["waiting"] or all(thing.get("side") for thing in self.state["waiting"].values()):
            for key in list(self.state["waiting"]):
                self.shut(key, completed=False)
            if self.state["next"] >= len(self.stages):
                self.state["ended"] = True
                return
            stage = self.stages[self.state["next"]]
            self.state["next"] += 1
            for thing in stage:
                self.open(thing)

    def open(self, thing: dict[str, Any]) -> None:
        if "fail" in thing:
            raise StepFailed(thing["fail"], "it was made to fail")
        if "crash" in thing:
            raise RuntimeError(thing["crash"])
        if "decide" in thing:
            trace = {"rules": [{"index": 1, "hit": True}], "result": thing["value"]}
            place = (thing["decide"] + "-rule", "fake", "")
            self.decisions.append(DecisionMade(*place, "D-" + thing["decide"], thing["decide"], thing["value"], trace))
            self.write({thing["decide"]: thing["value"]})
            return
        kind = next(kind for kind in KINDS if kind in thing)
        self.state["count"] += 1
        key = f"{kind[0]}{self.state['count']}"
        self.state["waiting"][key] = thing
        self.path.append(Passed("entered", thing[kind], "fake", ""))
        getattr(self, f"open_{kind}")(key, thing)

    def open_task(self, key: str, thing: dict[str, Any]) -> None:
        due = self.now + timedelta(days=thing["due_days"]) if "due_days" in thing else None
        warn = self.now + timedelta(days=thing["warn_days"]) if "warn_days" in thing else None
        deadline = None
        if due is not None:
            sentence = f"{thing['due_days']} days after {self.now:%d %B %Y}"
            deadline = DeadlineSum(thing["task"], self.now, due, warn, sentence=sentence, source="T-1")
        self.opened.append(
            OpenTask(
                key,
                thing["task"],
                "fake",
                "",
                thing.get("name", thing["task"]),
                thing.get("form", ""),
                tuple(thing.get("roles", [thing["role"]] if "role" in thing else [])),
                assignee=thing.get("assignee"),
                due=due,
                deadline=deadline,
                properties=thing.get("properties", {}),
            )
        )

    def open_job(self, key: str, thing: dict[str, Any]) -> None:
        variables = {name: decode(value) for name, value in self.state["variables"].items()}
        self.jobs.append(
            JobRequest(key, thing["job"], "fake", "", thing["job"], thing.get("type", "letter"), 3, variables)
        )

    def open_timer(self, key: str, thing: dict[str, Any]) -> None:
        due = self.now + timedelta(days=thing["days"])
        self.state["waiting"][key] = {**thing, "due": due.isoformat()}
        self.timers.append(ArmedTimer(key, thing["timer"], "fake", "", thing["timer"], due))

    def open_message(self, key: str, thing: dict[str, Any]) -> None:
        self.waits.append(
            Wait(key, thing["message"], "fake", "", thing["message"], thing["message"], thing.get("properties", {}))
        )

    def shut(self, key: str, *, completed: bool) -> None:
        thing = self.state["waiting"].pop(key)
        if "task" in thing:
            self.closed.append(ClosedTask(key, thing["task"], completed))
        elif "job" in thing and not completed:
            self.jobs_cancelled.append(key)
        elif "timer" in thing:
            self.timers_cleared.append(key)
        elif "message" in thing:
            self.waits_closed.append(key)
        self.path.append(Passed("left" if completed else "cancelled", thing[self.kind(thing)], "fake", ""))

    @staticmethod
    def kind(thing: dict[str, Any]) -> str:
        return next(kind for kind in KINDS if kind in thing)

    def happen(self, event: Event) -> None:
        waiting = self.state["waiting"]
        if isinstance(event, TaskCompleted):
            if event.task_id not in waiting:
                raise TaskAlreadyComplete("the task is closed")
            self.shut(event.task_id, completed=True)
            self.write(event.answers)
        elif isinstance(event, JobFinished | JobErrored):
            if event.job_id not in waiting:
                raise JobNotOpen("the job is closed")
            self.shut(event.job_id, completed=True)
            self.write(event.result if isinstance(event, JobFinished) else {"error": event.code})
        elif isinstance(event, TimerFired):
            self.fire(event.timer_id)
        elif isinstance(event, MessageDelivered):
            self.deliver(event)

    def fire(self, timer_id: str) -> None:
        thing = self.state["waiting"].get(timer_id)
        if thing is None or datetime.fromisoformat(thing["due"]) > self.now:
            raise TimerNotDue("the timer is not due")
        if "explode" in thing:
            raise StepFailed(thing["timer"], "it was made to fail")
        self.shut(timer_id, completed=True)
        for key, other in list(self.state["waiting"].items()):
            if other.get("task") == thing.get("cancels", object()):
                self.shut(key, completed=False)

    def deliver(self, event: MessageDelivered) -> None:
        reached = [key for key, thing in self.state["waiting"].items() if thing.get("message") == event.name]
        if not reached:
            raise NobodyWaiting("nobody waits for it")
        self.write(event.payload)
        for key in reached:
            if not self.state["waiting"][key].get("again"):
                self.shut(key, completed=True)


class FakeMachine:
    """The machine's port over stages; `spoiled` makes the next steps give another state, to test replay."""

    spoiled = False

    def compile(self, bundle: Bundle) -> FakeDefinitions:
        processes = {path.split("/")[-1][:-5]: data for path, data in bundle.under("processes", ".json").items()}
        try:
            return FakeDefinitions(bundle.digest, {name: json.loads(data) for name, data in processes.items()})
        except ValueError as error:
            raise PolicyRejected([Fault("processes", "", str(error))]) from error

    def step(
        self,
        definitions: FakeDefinitions,
        state: bytes | None,
        event: Event,
        *,
        case_id: str,  # noqa: ARG002
        now: datetime,
    ) -> Outcome:
        doing = self._begin(definitions, state, event, now)
        doing.enter()
        return self._outcome(doing)

    def variables(
        self,
        definitions: FakeDefinitions,  # noqa: ARG002
        state: bytes,
        *,
        where: str = "",  # noqa: ARG002
    ) -> Mapping[str, object]:
        return {name: decode(value) for name, value in self._load(state)["variables"].items()}

    def _begin(self, definitions: FakeDefinitions, state: bytes | None, event: Event, now: datetime) -> Doing:
        if isinstance(event, CaseStarted):
            fresh = {"process": event.process_id, "next": 0, "waiting": {}, "variables": {}, "count": 0, "ended": False}
            doing = Doing(fresh, definitions.processes[event.process_id], now)
            doing.write(event.variables)
            return doing
        loaded = self._load(state or b"")
        if loaded["ended"]:
            raise CaseEnded("the case has ended")
        doing = Doing(loaded, definitions.processes[loaded["process"]], now)
        doing.happen(event)
        return doing

    @staticmethod
    def _load(state: bytes) -> dict[str, Any]:
        try:
            return dict(json.loads(state))
        except ValueError as error:
            raise StateUnreadable("", "the state cannot be read") from error

    def _outcome(self, doing: Doing) -> Outcome:
        if self.spoiled:
            doing.state["spoiled"] = True
        tokens = tuple(Token(t[doing.kind(t)], "fake", "", doing.kind(t)) for t in doing.state["waiting"].values())
        lists = {name: tuple(getattr(doing, name)) for name in vars(doing) if name not in ("state", "stages", "now")}
        return Outcome(
            json.dumps(doing.state, sort_keys=True).encode(),
            **lists,
            tokens=tokens,
            ended=doing.state["ended"],
            end=("done",) if doing.state["ended"] else (),
        )
