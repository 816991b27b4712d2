"""Taking finished positions out of the tree, so that it holds only the frontier (DESIGN decision 7)."""

from __future__ import annotations

from engine.bpmn.tree import CalledWorkflow, CaseTask, CaseWorkflow


def splice(root: CaseWorkflow) -> None:
    """Remove every finished position but the roots; what hung below one hangs below its nearest live ancestor."""
    for workflow in root.workflows():
        _splice(workflow)


def _splice(workflow: CaseWorkflow | CalledWorkflow) -> None:
    tree = workflow.task_tree
    kept = {tree.id: tree, **workflow.live}
    parents = {task.id: _holder(task, workflow.tasks, kept) for task in workflow.live.values()}
    workflow.tasks = kept
    for task in kept.values():
        task._children = []
    for task in workflow.live.values():
        holder = parents[task.id]
        task._parent = holder
        kept[holder]._children.append(task.id)


def _holder(task: CaseTask, tasks: dict[str, CaseTask], kept: dict[str, CaseTask]) -> str:
    """The nearest ancestor that is kept; the way there is shortened for those who come after."""
    passed: list[CaseTask] = []
    here = tasks[str(task._parent)]
    while here.id not in kept:
        passed.append(here)
        here = tasks[str(here._parent)]
    for other in passed:
        other._parent = here.id
    return str(here.id)
