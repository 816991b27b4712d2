"""Applying one event to a case (the events of engine.model.event)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.armed import stored_due
from engine.bpmn.begin import begin_workflow
from engine.bpmn.frontier import frontier_of
from engine.bpmn.messages import deliver_message
from engine.bpmn.run import Run
from engine.bpmn.scopes import ReservedName
from engine.bpmn.throwing import job_errored
from engine.bpmn.tree import CaseTask, CaseWorkflow
from engine.model.errors import JobNotOpen, StepFailed, TaskAlreadyComplete, TimerNotDue
from engine.model.event import (
    CaseStarted,
    Event,
    JobErrored,
    JobFinished,
    MessageDelivered,
    TaskCompleted,
    TimerFired,
)


def apply(run: Run, event: Event) -> None:
    """Put one event into a case; raises the situation's error when it does not fit."""
    _APPLY[type(event)](run, event)


def _start(run: Run, event: CaseStarted) -> None:
    spec = run.definitions.specs.get(event.process_id)
    if spec is None or "/" in event.process_id:
        raise StepFailed("", f'there is no process "{event.process_id}"')
    run.root = CaseWorkflow(run.definitions, spec, run)
    for name, value in event.variables.items():
        try:
            run.scopes.define("", name, value)
        except (ReservedName, TypeError) as refused:
            raise StepFailed("", f'"{name}" cannot be a variable: {refused}') from refused
    begin_workflow(run.root)


def _complete(run: Run, event: TaskCompleted) -> None:
    task = run.root.find(event.task_id)
    if task is None or task.task_spec.shown_as != "task" or task.state != TaskState.READY:
        raise TaskAlreadyComplete("This task has been completed, or the case has moved past it")
    task.fresh = dict(event.answers)
    run.record.completed.add(task.id)
    task.run()


def _finish_job(run: Run, event: JobFinished) -> None:
    task = _job(run, event.job_id)
    task.fresh = dict(event.result)
    task.complete()


def _fail_job(run: Run, event: JobErrored) -> None:
    job_errored(_job(run, event.job_id), event.code, event.message)


def _fire(run: Run, event: TimerFired) -> None:
    task = frontier_of(run.root).timers.get(event.timer_id)
    if task is None:
        raise TimerNotDue("This timer has fired or was cleared")
    due = stored_due(task).at
    if due > run.now:
        raise TimerNotDue(f"This timer is due at {due.isoformat()}")
    task.task_spec.fire(task)


def _deliver(run: Run, event: MessageDelivered) -> None:
    deliver_message(run, event.name, event.payload)


def _job(run: Run, job_id: str) -> CaseTask:
    """An open job's position; raises JobNotOpen."""
    task = run.root.find(job_id)
    if task is None or task.task_spec.shown_as != "job" or task.state != TaskState.STARTED:
        raise JobNotOpen("This job is finished, cancelled or unknown")
    run.record.completed.add(task.id)
    return task


_APPLY: dict[type, Callable[[Run, Any], None]] = {
    CaseStarted: _start,
    TaskCompleted: _complete,
    JobFinished: _finish_job,
    JobErrored: _fail_job,
    TimerFired: _fire,
    MessageDelivered: _deliver,
}
