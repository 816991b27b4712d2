"""One step under way: its clock, scopes, record and queue, and the loop that runs it to rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn.budget import Meter
from engine.bpmn.cancel import cancel
from engine.bpmn.dates import LONDON
from engine.bpmn.deadlines import Deadlines
from engine.bpmn.record import Record
from engine.bpmn.scopes import Scopes
from engine.bpmn.tree import CalledWorkflow, CaseTask, CaseWorkflow
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.definitions import CompiledDefinitions


class Run:
    """The step's context; every position reaches it as `workflow.top_workflow.run`."""

    def __init__(self, definitions: CompiledDefinitions, case_id: str, now: datetime, meter: Meter) -> None:
        """Begin with an empty case; the codec or the start event fills it."""
        self.definitions, self.meter = definitions, meter
        self.now, self.local_now = now, now.astimezone(LONDON)
        self.scopes, self.record = Scopes(), Record()
        self.ready: deque[CaseTask] = deque()
        self.counter = 0
        self.ends: list[str] = []
        self.at = ""
        self.root: CaseWorkflow
        self.given: Mapping[str, object] = {"case_id": case_id, "now": self.local_now}
        self.warnings: list[str] = []
        self.deadlines = Deadlines(definitions.timescales, definitions.holidays, now)
        self.functions = {**definitions.functions, "deadline": self.deadlines.deadline}

    def new_task_id(self, element: str) -> str:
        """The next id of the case; raises StepBudgetExceeded when the step makes too many positions."""
        self.meter.count_task(element)
        self.counter += 1
        return str(self.counter)

    def raise_if_deadline_failed(self, element: str) -> None:
        """A deadline that could not be worked out stops the step: it never becomes null in silence."""
        problem, self.deadlines.problem = self.deadlines.problem, ""
        if problem:
            raise StepFailed(element, problem)

    def to_rest(self) -> None:
        """Run READY positions, oldest first, until the case waits or ends."""
        while self.ready or self._wake_joins():
            task = self.ready.popleft()
            if task.is_finished:
                continue
            self.at = task.task_spec.element.id
            self.meter.count_step(self.at)
            task.run()

    def settle(self, workflow: CaseWorkflow | CalledWorkflow) -> None:
        """End a workflow in which nothing lives any more but its event subprocesses' triggers."""
        if workflow.completed or any(t.task_spec.keeps_alive(t) for t in workflow.live.values()):
            return
        workflow.completed = True
        for task in list(workflow.live.values()):
            cancel(task, quietly=True)
        if workflow.host is not None:
            workflow.top_workflow.subprocesses.pop(workflow.host.id, None)
            workflow.host.task_spec.called_ended(workflow.host)

    def _wake_joins(self) -> bool:
        """Let every inclusive join fire that nothing can reach any more; whether one did."""
        for workflow in self.root.workflows():
            for task in list(workflow.live.values()):
                if task.task_spec.may_wake(task):
                    task._ready()
                    return True
        return False
