"""Cancelling a position, and with it everything that lives inside it, called processes included."""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.tree import CaseTask


def cancel(task: CaseTask, *, quietly: bool = False) -> None:
    """Cancel a live position, its armed events, instances and called workflows; finished ones are left alone."""
    top = task.workflow.top_workflow
    stack = [task]
    while stack:
        position = stack.pop()
        if position.is_finished:
            continue
        if not quietly and position.task_spec.has_entered(position):
            top.run.record.passed("cancelled", position)
        position._set_state(TaskState.CANCELLED)
        stack.extend(child for child in reversed(position.children) if not child.is_finished)
        called = top.subprocesses.pop(position.id, None)
        if called is not None:
            called.completed = True
            stack.extend(reversed(list(called.live.values())))
        close_scope(position)


def cancel_others(task: CaseTask) -> None:
    """Cancel everything else that lives in a position's workflow."""
    for other in list(task.workflow.live.values()):
        if other is not task:
            cancel(other)


def close_scope(task: CaseTask) -> None:
    """End the local scope of a position, if it has one."""
    path = task.internal_data.get("path")
    if path is not None:
        task.workflow.top_workflow.run.scopes.close(path)
