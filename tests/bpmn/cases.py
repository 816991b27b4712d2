"""A case under test: the machine, its state, and what is open, kept from step to step as a store would."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from engine.bpmn import Budget, SpiffMachine
from engine.model.bundle import Bundle
from engine.model.event import (
    CaseStarted,
    Event,
    JobErrored,
    JobFinished,
    MessageDelivered,
    TaskCompleted,
    TimerFired,
)
from engine.model.outcome import ArmedTimer, JobRequest, OpenTask, Outcome, Wait

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@dataclass
class Case:
    """Applies events and keeps what a store would keep."""

    bundle: Bundle
    process_id: str = "p"
    now: datetime = NOON
    machine: SpiffMachine = field(default_factory=SpiffMachine)
    state: bytes | None = None
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    jobs: dict[str, JobRequest] = field(default_factory=dict)
    timers: dict[str, ArmedTimer] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    last: Outcome = field(default_factory=lambda: Outcome(b""))

    def apply(self, event: Event) -> Outcome:
        """One step."""
        out = self.machine.step(self.machine.compile(self.bundle), self.state, event, case_id="case-1", now=self.now)
        self.state, self.last = out.state, out
        for task_closed in out.closed:
            self.tasks.pop(task_closed.task_id)
        for gone in out.jobs_cancelled:
            self.jobs.pop(gone)
        for gone in out.timers_cleared:
            self.timers.pop(gone)
        for gone in out.waits_closed:
            self.waits.pop(gone)
        self.tasks.update({t.task_id: t for t in out.opened})
        self.jobs.update({j.job_id: j for j in out.jobs})
        self.timers.update({t.timer_id: t for t in out.timers})
        self.waits.update({w.wait_id: w for w in out.waits})
        return out

    def start(self, **variables: object) -> Case:
        self.apply(CaseStarted(self.process_id, variables))
        return self

    def do(self, element_id: str, **answers: object) -> Outcome:
        """Complete the oldest open task of an element."""
        return self.apply(TaskCompleted(self.task(element_id).task_id, answers))

    def do_task(self, task_id: str, **answers: object) -> Outcome:
        return self.apply(TaskCompleted(task_id, answers))

    def finish_job(self, job_id: str, **result: object) -> Outcome:
        out = self.apply(JobFinished(job_id, result))
        del self.jobs[job_id]
        return out

    def fire_timer(self, timer_id: str) -> Outcome:
        self.now = max(self.now, self.timers[timer_id].due)
        return self.apply(TimerFired(timer_id))

    def finish(self, element_id: str, **result: object) -> Outcome:
        job = next(j for j in self.jobs.values() if j.element_id == element_id)
        out = self.apply(JobFinished(job.job_id, result))
        del self.jobs[job.job_id]
        return out

    def job_error(self, element_id: str, code: str, message: str = "") -> Outcome:
        job = next(j for j in self.jobs.values() if j.element_id == element_id)
        del self.jobs[job.job_id]
        return self.apply(JobErrored(job.job_id, code, message))

    def fire(self, element_id: str) -> Outcome:
        """Move the clock to the timer's time and fire it."""
        armed = next(t for t in self.timers.values() if t.element_id == element_id)
        self.now = max(self.now, armed.due)
        return self.apply(TimerFired(armed.timer_id))

    def send(self, name: str, **payload: object) -> Outcome:
        return self.apply(MessageDelivered(name, payload))

    def task(self, element_id: str) -> OpenTask:
        return next(t for t in self.tasks.values() if t.element_id == element_id)

    @property
    def open(self) -> list[str]:
        """The element ids of all open tasks, in alphabetical order."""
        return sorted(t.element_id for t in self.tasks.values())

    @property
    def ended(self) -> bool:
        return self.last.ended

    def variables(self, where: str = "") -> dict[str, Any]:
        assert self.state is not None
        return dict(self.machine.variables(self.machine.compile(self.bundle), self.state, where=where))


def flows(out: Outcome) -> list[str]:
    """The sequence flows taken in a step."""
    return [p.element_id for p in out.path if p.kind == "flow"]


def small_budget(**limits: Any) -> SpiffMachine:
    """A machine that gives up early."""
    return SpiffMachine(budget=Budget(**limits))


def on(day: str) -> date:
    return date.fromisoformat(day)
