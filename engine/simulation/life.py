"""Where one life stands: what waits in its case and when each of it is to happen, folded from the machine's steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from engine.model.event import Event, JobErrored, JobFinished, MessageDelivered, TimerFired
from engine.model.outcome import ArmedTimer, JobRequest, OpenTask, Outcome, Wait

Kind = Literal["start", "timer", "task", "message"]
_ORDER: Mapping[str, int] = {"start": 0, "timer": 1, "task": 2, "message": 3}


@dataclass(frozen=True)
class Planned:
    """Something that waits: `at` is when it happens (None: never), `nth` counts from 1 how often it has waited."""

    kind: Kind
    id: str
    element: str
    since: datetime
    nth: int
    at: datetime | None
    what: OpenTask | Wait | ArmedTimer | None = None

    @property
    def order(self) -> tuple[datetime | None, int, int, str]:
        """Earlier before later; of one moment timers before tasks before changes, in the machine's own order."""
        return self.at, _ORDER[self.kind], int("0" + "".join(filter(str.isdigit, self.id))), self.id


#: Says when something that begins to wait will happen; sees the life as the step left it.
Planner = Callable[["Life", Planned], datetime | None]


@dataclass
class Life:
    """One case as far as it has been lived; `at` is the moment of its last step, `facts` do not change."""

    number: int
    case_id: str
    begins: datetime
    facts: Mapping[str, object]
    state: bytes | None = None
    at: datetime | None = None
    ended: bool = False
    stuck: str = ""
    steps: int = 0
    waiting: dict[tuple[str, str], Planned] = field(default_factory=dict)
    jobs: dict[str, JobRequest] = field(default_factory=dict)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def next(self, until: datetime) -> Planned | None:
        """What happens next, if anything does before a moment."""
        if self.ended or self.stuck:
            return None
        if self.state is None:
            begin = Planned("start", "", "", self.begins, 1, self.begins)
            return begin if self.begins < until else None
        coming = [each for each in self.waiting.values() if each.at is not None and each.at < until]
        return min(coming, key=lambda each: each.order) if coming else None

    def may_be_told(self, until: datetime) -> bool:
        """Whether a timer or a notice about a task can be due by then: where this says no, none is."""
        for each in self.waiting.values():
            if isinstance(each.what, ArmedTimer) and each.what.due <= until:
                return True
            if isinstance(each.what, OpenTask) and any(at is not None and at <= until for at in _notices(each.what)):
                return True
        return False

    def live(self, event: Event, outcome: Outcome, now: datetime, plan: Planner) -> None:
        """Take in one step of the machine."""
        self.state, self.at, self.ended = outcome.state, now, outcome.ended
        self.steps += 1
        self._forget(event, outcome)
        if self.ended:
            self.waiting.clear()
            self.jobs.clear()
            return
        self.jobs |= {job.job_id: job for job in outcome.jobs}
        for task in outcome.opened:
            self._wait(Planned("task", task.task_id, task.element_id, now, 0, None, task), plan)
        for timer in outcome.timers:
            at = max(now, timer.due)
            self.waiting["timer", timer.timer_id] = Planned(
                "timer", timer.timer_id, timer.element_id, now, 1, at, timer
            )
        for wait in outcome.waits:
            self._wait(Planned("message", wait.wait_id, wait.message, now, 0, None, wait), plan)
        self._again(event, now, plan)

    def _forget(self, event: Event, outcome: Outcome) -> None:
        """What waits no longer."""
        gone = {("task", task.task_id) for task in outcome.closed}
        gone |= {("timer", timer) for timer in outcome.timers_cleared}
        gone |= {("message", wait) for wait in outcome.waits_closed}
        if isinstance(event, TimerFired):
            gone.add(("timer", event.timer_id))
        for key in gone:
            self.waiting.pop(key, None)
        for job in (*outcome.jobs_cancelled, *_reported(event)):
            self.jobs.pop(job, None)

    def _again(self, event: Event, now: datetime, plan: Planner) -> None:
        """A place that a change reached and that still waits may be reached again, counted from now."""
        if not isinstance(event, MessageDelivered):
            return
        for place in [each for (kind, _), each in self.waiting.items() if kind == "message"]:
            if place.element == event.name and place.since < now:
                self._wait(Planned("message", place.id, place.element, now, 0, None, place.what), plan)

    def _wait(self, planned: Planned, plan: Planner) -> None:
        """Something waits from now on."""
        self.seen[planned.kind, planned.element] += 1
        counted = replace(planned, nth=self.seen[planned.kind, planned.element])
        self.waiting[planned.kind, planned.id] = replace(counted, at=plan(self, counted))


def _notices(task: OpenTask) -> tuple[datetime | None, ...]:
    """The moments at which people may be told about a task."""
    return task.due, task.follow_up, task.deadline.warn if task.deadline else None


def _reported(event: Event) -> tuple[str, ...]:
    """The job that a handler closed by this event."""
    return (event.job_id,) if isinstance(event, JobFinished | JobErrored) else ()
