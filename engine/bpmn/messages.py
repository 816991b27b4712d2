"""Messages inside one case: thrown by it or brought from outside, to every place that waits at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.model.errors import NobodyWaiting
from engine.model.outcome import MessageThrown

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


def throw_message(task: CaseTask, name: str, payload: dict[str, object]) -> None:
    """Throw a message from a position; nobody waiting is told in the record, nothing is kept for later."""
    run = task.workflow.top_workflow.run
    caught = _reach(run, name, payload)
    run.record.messages.append(MessageThrown(name, task.task_spec.element.id, payload, caught))


def deliver_message(run: Run, name: str, payload: Mapping[str, object]) -> None:
    """Bring a message from outside; raises NobodyWaiting."""
    if not _reach(run, name, dict(payload)):
        raise NobodyWaiting(f'Nothing in the case waits for "{name}" now')


def waiting_for(run: Run, name: str) -> list[CaseTask]:
    """Every position that waits for a message, outermost process first, then in order of arming."""
    return [
        task
        for workflow in run.root.workflows()
        for task in workflow.live.values()
        if task.state == TaskState.WAITING
        and task.task_spec.element.trigger.kind == "message"
        and task.task_spec.element.trigger.name == name
    ]


def _reach(run: Run, name: str, payload: dict[str, object]) -> tuple[str, ...]:
    """Hand the message to each waiting place that an earlier one has not cancelled."""
    caught: list[str] = []
    for task in waiting_for(run, name):
        if task.state == TaskState.WAITING:
            caught.append(task.id)
            task.task_spec.fire(task, dict(payload))
    return tuple(caught)
