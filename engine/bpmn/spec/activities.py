"""Tasks: a person's, a handler's, a table's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.StartTask import StartTask

from engine.bpmn.dialect.element import Element
from engine.bpmn.mappings import payload_of
from engine.bpmn.messages import throw_message
from engine.bpmn.opened import job_request, open_task
from engine.bpmn.spec.base import DialectSpec, run_of
from engine.bpmn.tables import decide

if TYPE_CHECKING:
    from engine.bpmn.tree import CaseTask


class Root(DialectSpec, StartTask):  # type: ignore[misc]
    """The root of a process's tree: completed from the first, it holds the tokens."""


class UserTask(DialectSpec):
    """Stays READY until a person completes it."""

    shown_as = "task"

    def __init__(self, wf_spec: Any, name: str, element: Element, **kwargs: Any) -> None:
        """Manual: the machine never runs it by itself."""
        super().__init__(wf_spec, name, element, manual=True, **kwargs)

    def begin(self, task: CaseTask) -> bool:
        """Open the task: who it is for and by when."""
        run = run_of(task)
        run.record.tasks[task.id] = open_task(run, task)
        return True


class JobTask(DialectSpec):
    """Parks as a job: STARTED until a handler reports."""

    shown_as = "job"

    def work(self, task: CaseTask) -> bool | None:
        """Ask for the handler and stay."""
        run_of(task).record.jobs[task.id] = job_request(run_of(task), task)
        return None


class SendTask(DialectSpec):
    """Throws its message inside the case at once."""

    def work(self, task: CaseTask) -> bool | None:
        """Throw."""
        throw_message(task, self.element.trigger.name, payload_of(task))
        return True


class DecisionTask(DialectSpec):
    """Asks a table of the pack."""

    def work(self, task: CaseTask) -> bool | None:
        """Evaluate now; the answer is written on leaving."""
        decide(run_of(task), task)
        return True
