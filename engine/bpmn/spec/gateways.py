"""Gateways: which flows a token takes, and when tokens join."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.cancel import cancel
from engine.bpmn.dialect.element import Flow
from engine.bpmn.environment import reasons
from engine.bpmn.mappings import evaluate
from engine.bpmn.reach import inputs_reached
from engine.bpmn.spec.base import DialectSpec, run_of
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.tree import CaseTask


class ExclusiveGateway(DialectSpec):
    """Takes the first flow whose condition is true, else the default."""

    def choose(self, task: CaseTask) -> Iterable[Flow]:
        """Exactly one flow; raises StepFailed when none decides."""
        for flow in self.flows:
            if len(self.flows) == 1 and flow.condition is None:
                return [flow]
            if not flow.is_default and holds(task, flow):
                return [flow]
        return [_default(self)]


class InclusiveGateway(DialectSpec):
    """Takes every flow whose condition is true, else the default; joins whatever can still come."""

    shown_as = "join"
    joins = True

    def begin(self, task: CaseTask) -> bool:
        """One incoming flow needs no join."""
        if self.incoming > 1:
            task._set_state(TaskState.WAITING)
            return False
        return True

    def may_wake(self, task: CaseTask) -> bool:
        """No token can come by a flow that has none yet (BPMN 2.0.2, 13.4.3)."""
        if task.state != TaskState.WAITING:
            return False
        return not inputs_reached(task)

    def work(self, task: CaseTask) -> bool | None:
        """Take along one waiting token of each other flow."""
        _join(task)
        return True

    def choose(self, task: CaseTask) -> Iterable[Flow]:
        """Every flow that holds; raises StepFailed when none decides."""
        if len(self.flows) == 1 and self.flows[0].condition is None:
            return self.flows
        chosen = [flow for flow in self.flows if not flow.is_default and holds(task, flow)]
        return chosen or [_default(self)]


class ParallelGateway(DialectSpec):
    """Waits for a token on every incoming flow, then puts one on every outgoing flow."""

    shown_as = "join"
    joins = True

    def begin(self, task: CaseTask) -> bool:
        """Wait until each incoming flow has brought a token (BPMN 2.0.2, 13.4.1)."""
        arrived = {task.internal_data.get("via")} | {t.internal_data.get("via") for t in _waiting(task)}
        if len(arrived) < self.incoming:
            task._set_state(TaskState.WAITING)
            return False
        _join(task)
        return True


class EventGateway(DialectSpec):
    """Arms the events behind it; the first that happens wins."""

    def begin(self, task: CaseTask) -> bool:
        """Stay STARTED over the armed events."""
        task._set_state(TaskState.STARTED)
        for flow in self.flows:
            spec = self._wf_spec.task_specs[flow.target]
            child = task._add_child(spec)
            child.internal_data["race"] = flow.id
            spec.arm(child)
        return False

    def won(self, task: CaseTask, winner: CaseTask) -> None:
        """One event happened: the token goes there, the others are disarmed."""
        record = run_of(task).record
        record.passed("left", task)
        record.flowed(winner.internal_data.pop("race"), task)
        winner.move_under(task.parent)
        task.complete()
        record.passed("entered", winner)

    def _on_complete_hook(self, my_task: CaseTask) -> None:
        """The losers go; the winner already stands on its own."""
        for child in my_task.children:
            cancel(child, quietly=True)


def holds(task: CaseTask, flow: Flow) -> bool:
    """Whether a flow's condition is true; raises StepFailed when it is neither true nor false."""
    label = f'the condition of "{flow.name}"' if flow.name else "its condition"
    if flow.condition is None:
        raise StepFailed(flow.id, "the flow out of a gateway has no condition")
    value = evaluate(task, flow.condition)
    if isinstance(value, bool):
        return value
    why = reasons(run_of(task))
    given = "null" if value is None else repr(value)
    raise StepFailed(flow.id, f"{label}, {flow.condition.text}, gives {given}, neither true nor false{why}")


def _default(spec: DialectSpec) -> Flow:
    """The default flow; raises StepFailed where there is none."""
    for flow in spec.flows:
        if flow.is_default:
            return flow
    raise StepFailed(spec.element.id, "none of its conditions is true and it has no default flow")


def _waiting(task: CaseTask) -> list[CaseTask]:
    """The other tokens that wait at the same join."""
    return [
        other
        for other in task.workflow.live.values()
        if other.task_spec is task.task_spec and other is not task and other.state == TaskState.WAITING
    ]


def _join(task: CaseTask) -> None:
    """Merge the oldest waiting token of each other flow into this one."""
    merged = {task.internal_data.pop("via", None)}
    for other in _waiting(task):
        via = other.internal_data.get("via")
        if via not in merged:
            merged.add(via)
            other._set_state(TaskState.CANCELLED)
