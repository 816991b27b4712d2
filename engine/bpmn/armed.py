"""Arming what waits: a message's place or a timer's due time, kept in the position, told in the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.dates import NotATime, parse_cycle
from engine.bpmn.environment import reasons
from engine.bpmn.mappings import evaluate
from engine.bpmn.timers import Due, due_of
from engine.model.errors import StepFailed
from engine.model.outcome import ArmedTimer, DeadlineSum, Wait

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


def arm(run: Run, task: CaseTask) -> None:
    """Let a position wait for its message or timer."""
    element = task.task_spec.element
    task._set_state(TaskState.WAITING)
    if element.trigger.kind == "timer":
        _arm_timer(run, task)
        return
    if element.trigger.kind != "message" or not element.trigger.name:
        raise StepFailed(element.id, "it waits for nothing that could ever happen")
    run.record.waits[task.id] = Wait(
        task.id,
        element.id,
        element.process_id,
        task.workflow.where,
        element.name,
        element.trigger.name,
        element.properties,
    )


def rearmed(run: Run, task: CaseTask, parent: CaseTask) -> None:
    """Wait for the next one after a non-interrupting event: every message, or a repeat's next round."""
    trigger = task.task_spec.element.trigger
    if trigger.kind == "message":
        arm(run, parent._add_child(task.task_spec))
    elif trigger.timer == "cycle":
        due = stored_due(task).next(parse_cycle(str(task.internal_data["cycle"])))
        if due is not None:
            again = parent._add_child(task.task_spec)
            again.internal_data["cycle"] = task.internal_data["cycle"]
            again._set_state(TaskState.WAITING)
            _keep(run, again, due, None)


def stored_due(task: CaseTask) -> Due:
    """When a waiting timer is due."""
    at, anchor, number, rounds = task.internal_data["due"]
    return Due(_moment(at), _moment(anchor), number, rounds)


def _arm_timer(run: Run, task: CaseTask) -> None:
    element = task.task_spec.element
    when = element.trigger.when
    if when is None:
        raise StepFailed(element.id, "the timer says no time")
    run.deadlines.sums.clear()
    value = evaluate(task, when)
    try:
        due = due_of(element.trigger, value, run.now)
    except NotATime as wrong:
        raise StepFailed(element.id, f"the timer {when.text} cannot be set: {wrong}{reasons(run)}") from wrong
    if element.trigger.timer == "cycle":
        task.internal_data["cycle"] = str(value)
    _keep(run, task, due, run.deadlines.take(value, due.at))


def _keep(run: Run, task: CaseTask, due: Due, deadline: DeadlineSum | None) -> None:
    element = task.task_spec.element
    anchor = due.anchor if due.rounds > 1 else due.at
    task.internal_data["due"] = [_seconds(due.at), _seconds(anchor), due.round, due.rounds]
    run.record.timers[task.id] = ArmedTimer(
        task.id, element.id, element.process_id, task.workflow.where, element.name, due.at, deadline
    )


def _seconds(moment: datetime) -> int:
    """Whole microseconds since 1970, the compact form of a moment in a stored state."""
    whole = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (whole.days * 86_400 + whole.seconds) * 1_000_000 + whole.microseconds


def _moment(micros: int) -> datetime:
    """A moment in UTC from its compact form."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
