"""Activities with a workflow inside: called processes, embedded and event subprocesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.begin import begin_workflow
from engine.bpmn.dialect.element import Element
from engine.bpmn.spec.base import DialectSpec
from engine.bpmn.tree import CalledWorkflow
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.tree import CaseTask


class Container(DialectSpec, SubWorkflowTask):  # type: ignore[misc]
    """Starts its workflow and stays STARTED until that has ended; `spec` is the inner process spec's key.

    `is_triggered` marks an event subprocess.
    """

    shown_as = "subprocess"

    def __init__(self, wf_spec: Any, name: str, element: Element, spec: str, **kwargs: Any) -> None:
        """Run the process spec registered under `spec`."""
        super().__init__(wf_spec, name, element, subworkflow_spec=spec, **kwargs)
        self.is_triggered = False

    def begin(self, task: CaseTask) -> bool:
        """Start the workflow inside."""
        inner = task.workflow.top_workflow.subprocess_specs.get(self.spec)
        if inner is None:
            raise StepFailed(self.element.id, f'there is no process "{self.spec}"')
        task._set_state(TaskState.STARTED)
        begin_workflow(CalledWorkflow(inner, task))
        return False


class CallActivity(Container):
    """Runs another process of the pack."""

    shown_as = "call"
