"""What happens during one step, written down as it happens, for the Outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.model.outcome import (
    ArmedTimer,
    DecisionMade,
    JobRequest,
    MessageThrown,
    OpenTask,
    Passed,
    Wait,
)

if TYPE_CHECKING:
    from engine.bpmn.tree import CaseTask


@dataclass
class Record:
    """Lists in order of happening; maps by position id."""

    path: list[Passed] = field(default_factory=list)
    decisions: list[DecisionMade] = field(default_factory=list)
    messages: list[MessageThrown] = field(default_factory=list)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    jobs: dict[str, JobRequest] = field(default_factory=dict)
    timers: dict[str, ArmedTimer] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    completed: set[str] = field(default_factory=set)

    def passed(self, kind: str, task: CaseTask) -> None:
        """A position was "entered", "left" or "cancelled"; a loop counts once, not for each instance."""
        if "loop" in task.internal_data:
            return
        element = task.task_spec.element
        self.path.append(Passed(kind, element.id, element.process_id, task.workflow.where))

    def flowed(self, flow_id: str, task: CaseTask) -> None:
        """A token took a sequence flow out of a position."""
        process_id = task.task_spec.element.process_id
        self.path.append(Passed("flow", flow_id, process_id, task.workflow.where))
