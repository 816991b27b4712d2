"""The first tokens of a workflow: its root, the triggers of its event subprocesses, its start event."""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.tree import CalledWorkflow, CaseTask, CaseWorkflow


def begin_workflow(workflow: CaseWorkflow | CalledWorkflow) -> None:
    """Plant the tree of an empty workflow and make its start event READY."""
    root = CaseTask(workflow, workflow.spec.start, state=TaskState.COMPLETED)
    workflow.task_tree = root
    for watch in workflow.spec.watches:
        if watch.element.trigger.kind in ("timer", "message"):
            watch.arm(root._add_child(watch))
    start = root._add_child(workflow.spec.first)
    start.task_spec._update(start)
