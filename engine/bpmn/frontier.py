"""What of a case is open to the world, and how two moments of it differ: the Outcome of a step."""

from __future__ import annotations

from dataclasses import dataclass, field

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.run import Run
from engine.bpmn.tree import CaseTask, CaseWorkflow
from engine.model.outcome import ClosedTask, Outcome, Token


@dataclass
class Frontier:
    """The open positions by id: people's tasks, jobs, timers and message waits."""

    tasks: dict[str, CaseTask] = field(default_factory=dict)
    jobs: dict[str, CaseTask] = field(default_factory=dict)
    timers: dict[str, CaseTask] = field(default_factory=dict)
    waits: dict[str, CaseTask] = field(default_factory=dict)


def frontier_of(root: CaseWorkflow) -> Frontier:
    """Everything open in a case, in order of opening within each process."""
    found = Frontier()
    for workflow in root.workflows():
        for task in workflow.live.values():
            kind, trigger = task.task_spec.shown_as, task.task_spec.element.trigger.kind
            if kind == "task" and task.state == TaskState.READY:
                found.tasks[task.id] = task
            elif kind == "job" and task.state == TaskState.STARTED:
                found.jobs[task.id] = task
            elif task.state == TaskState.WAITING and trigger == "timer":
                found.timers[task.id] = task
            elif task.state == TaskState.WAITING and trigger == "message":
                found.waits[task.id] = task
    return found


def outcome_of(run: Run, before: Frontier, state: bytes) -> Outcome:
    """All that a step did."""
    after, record = frontier_of(run.root), run.record
    return Outcome(
        state=state,
        opened=tuple(record.tasks[i] for i in after.tasks if i in record.tasks),
        closed=tuple(
            ClosedTask(i, task.task_spec.element.id, i in record.completed)
            for i, task in before.tasks.items()
            if i not in after.tasks
        ),
        jobs=tuple(record.jobs[i] for i in after.jobs if i in record.jobs),
        jobs_cancelled=tuple(i for i in before.jobs if i not in after.jobs and i not in record.completed),
        timers=tuple(record.timers[i] for i in after.timers if i in record.timers),
        timers_cleared=tuple(i for i in before.timers if i not in after.timers),
        waits=tuple(record.waits[i] for i in after.waits if i in record.waits),
        waits_closed=tuple(i for i in before.waits if i not in after.waits),
        changes=tuple(run.scopes.changes),
        decisions=tuple(record.decisions),
        path=tuple(record.path),
        messages=tuple(record.messages),
        tokens=tokens_of(run.root),
        ended=run.root.completed,
        end=tuple(run.ends) if run.root.completed else (),
    )


def tokens_of(root: CaseWorkflow) -> tuple[Token, ...]:
    """Where the case is now: every position that was entered and not left, and the events that race each other."""
    return tuple(
        Token(
            task.task_spec.element.id,
            task.task_spec.element.process_id,
            workflow.where,
            task.task_spec.shown_as,
        )
        for workflow in root.workflows()
        for task in workflow.live.values()
        if task.task_spec.shown_as and (task.task_spec.has_entered(task) or "race" in task.internal_data)
    )
