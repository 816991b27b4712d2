"""What every flow node does when a token enters it, runs and leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.cancel import cancel, close_scope
from engine.bpmn.dialect.element import Element, Flow
from engine.bpmn.mappings import apply_inputs, needs_scope, open_path, write_result
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


class DialectSpec(BpmnTaskSpec):  # type: ignore[misc]
    """One flow node of a process; subclasses say what `begin` and `work` do."""

    #: The kind under which a waiting token is shown (see engine.model.outcome.Token); "" for none.
    shown_as = ""
    #: Whether arriving tokens remember the flow they came by.
    joins = False

    def __init__(self, wf_spec: Any, name: str, element: Element, **kwargs: Any) -> None:
        """Stand in a process spec under `name` (the element's id, but for inner parts)."""
        super().__init__(wf_spec, name, **kwargs)
        self.element = element
        self.bpmn_id, self.bpmn_name = element.id, element.name
        self.documentation = element.documentation
        self.flows: tuple[Flow, ...] = ()
        self.boundaries: tuple[str, ...] = ()
        self.incoming = 0

    def begin(self, task: CaseTask) -> bool:
        """A token has come: True to run at once, False to wait (the state then says how)."""
        del task
        return True

    def work(self, task: CaseTask) -> bool | None:
        """Do what the element does: True when done, None to stay for somebody else to finish."""
        del task
        return True

    def choose(self, task: CaseTask) -> Iterable[Flow]:
        """The flows that the token takes on leaving: all of them, unless a gateway chooses."""
        del task
        return self.flows

    def has_entered(self, task: CaseTask) -> bool:
        """Whether a live token here counts as having entered (an armed event has not)."""
        del task
        return True

    def keeps_alive(self, task: CaseTask) -> bool:
        """Whether the process lives on because of a live token here (an armed event does not keep it)."""
        del task
        return True

    def may_wake(self, task: CaseTask) -> bool:
        """Whether a waiting token may go on now that the case has settled."""
        del task
        return False

    def called_ended(self, task: CaseTask) -> None:
        """The workflow below this token ended: the token can run to its end."""
        task._ready()

    def enter(self, task: CaseTask) -> bool:
        """Record the entry, open scopes, arm boundary events, begin."""
        run = run_of(task)
        run.record.passed("entered", task)
        if needs_scope(self.element) and "path" not in task.internal_data:
            open_path(run, task)
        apply_inputs(run, task)
        self.arm_boundaries(task)
        return self.begin(task)

    def arm_boundaries(self, task: CaseTask) -> None:
        """Arm the timers and messages on the border of an activity."""
        for name in self.boundaries:
            spec = self._wf_spec.task_specs[name]
            if spec.element.trigger.kind in ("timer", "message"):
                spec.arm(task._add_child(spec))

    def follow(self, task: CaseTask) -> None:
        """Put a token on each chosen flow."""
        for flow in self.choose(task):
            if flow.id:
                run_of(task).record.flowed(flow.id, task)
            target = self._wf_spec.task_specs.get(flow.target)
            if target is None:
                raise StepFailed(flow.id, "the flow leads nowhere")
            child = task._add_child(target)
            if target.joins:
                child.internal_data["via"] = flow.id

    # SpiffWorkflow's hooks

    def test(self) -> None:
        """The gate has tested the structure."""

    def _predict(self, my_task: CaseTask, *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted: tokens are made when flows are taken."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        return self.enter(my_task)

    def _on_ready(self, my_task: CaseTask) -> None:
        if not self.manual:
            run_of(my_task).ready.append(my_task)

    def _run_hook(self, my_task: CaseTask) -> bool | None:
        return self.work(my_task)

    def _on_complete_hook(self, my_task: CaseTask) -> None:
        run = run_of(my_task)
        write_result(run, my_task)
        if "loop" in my_task.internal_data:
            my_task.parent.task_spec.instance_ended(my_task.parent, my_task)
        close_scope(my_task)
        for child in my_task.children:
            cancel(child, quietly=True)
        if self.has_entered(my_task):
            run.record.passed("left", my_task)
        self.follow(my_task)

    def _on_complete(self, my_task: CaseTask) -> None:
        self._on_complete_hook(my_task)
        for child in my_task.children:
            if child.state == TaskState.FUTURE and not my_task.workflow.completed:
                child.task_spec._update(child)
        my_task.workflow._task_completed_notify(my_task)

    def _on_cancel(self, my_task: CaseTask) -> None:
        """Cancelling is done by engine.bpmn.cancel, without recursion."""


def run_of(task: CaseTask) -> Run:
    """The step that a position belongs to."""
    return task.workflow.top_workflow.run
