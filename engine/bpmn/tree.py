"""SpiffWorkflow's task tree with our manners: ids from a counter, no clock, no recursion, READY checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.model.errors import TaskAlreadyComplete

if TYPE_CHECKING:
    from engine.bpmn.definitions import CompiledDefinitions
    from engine.bpmn.run import Run
    from engine.bpmn.spec.base import DialectSpec

FINISHED: int = TaskState.FINISHED_MASK


class CaseTask(Task):  # type: ignore[misc]
    """One position in a case; `fresh` data (answers, payloads) lives only within the step."""

    workflow: CaseWorkflow | CalledWorkflow
    task_spec: DialectSpec
    internal_data: dict[str, Any]

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Any = None, state: int = TaskState.FUTURE, id: Any = None
    ) -> None:
        """Join the tree under `parent` with an id from the case's counter."""
        self.id = id or workflow.top_workflow.run.new_task_id(task_spec.bpmn_id or "")
        self.workflow = workflow
        self._parent = parent.id if parent is not None else None
        self._children: list[str] = []
        self._state = state
        self.triggered = False
        self.task_spec = task_spec
        self.thread_id = 0
        self.data: dict[str, object] = {}
        self.internal_data = {}
        self.last_state_change = 0.0
        self.fresh: dict[str, object] | None = None
        workflow.tasks[self.id] = self
        if not state & FINISHED:
            workflow.live[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> CaseTask:
        """A new position after this one."""
        return CaseTask(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        """Change the state; a finished position leaves the frontier."""
        self._state = value
        if value & FINISHED:
            self.workflow.live.pop(self.id, None)

    def _inherit_data(self) -> None:
        """Variables live in scopes: nothing is copied into tasks."""

    def run(self) -> bool | None:
        """Run a READY position; raises TaskAlreadyComplete for any other."""
        if self._state != TaskState.READY:
            raise TaskAlreadyComplete(f"{self.task_spec.element.name or self.task_spec.bpmn_id} is not open")
        result: bool | None = self.task_spec._run(self)
        if self._state & FINISHED:
            return result
        if result is None:
            self._set_state(TaskState.STARTED)
        else:
            self.complete()
        return result

    @property
    def is_finished(self) -> bool:
        """Whether the position is past: completed, cancelled or in error."""
        return bool(self._state & FINISHED)

    @property
    def path(self) -> str:
        """The scope in which this position's expressions are read."""
        return str(self.internal_data.get("path", self.workflow.where))

    def move_under(self, parent: CaseTask) -> None:
        """Hang this position under another."""
        if self.parent is not None:
            self.parent._children.remove(self.id)
        self._parent = parent.id
        parent._children.append(self.id)


class _Frontier:
    """What the case's workflow and its called workflows share."""

    spec: Any
    completed: bool
    tasks: dict[str, CaseTask]
    task_tree: CaseTask
    live: dict[str, CaseTask]
    where: str
    host: CaseTask | None

    def update_waiting_tasks(self) -> None:
        """Nothing polls: joins are woken when the step settles, timers by their event."""

    def _task_completed_notify(self, task: CaseTask) -> None:
        """A position completed: the workflow may be at its end."""
        task.workflow.top_workflow.run.settle(task.workflow)


class CaseWorkflow(_Frontier, BpmnWorkflow):  # type: ignore[misc]
    """A case's root process."""

    subprocesses: dict[str, CalledWorkflow]

    def __init__(self, definitions: CompiledDefinitions, spec: Any, run: Run) -> None:
        """An empty tree; the run or the codec fills it."""
        self.run = run
        self.live = {}
        self.where = ""
        self.host = None
        super().__init__(spec, definitions.specs, definitions.script_engine, deserializing=True)

    def workflows(self) -> list[CaseWorkflow | CalledWorkflow]:
        """This workflow and every one called below it, outermost first."""
        return [self, *self.subprocesses.values()]

    def find(self, task_id: str) -> CaseTask | None:
        """The position with this id, anywhere in the case."""
        return next((w.tasks[task_id] for w in self.workflows() if task_id in w.tasks), None)


class CalledWorkflow(_Frontier, BpmnSubWorkflow):  # type: ignore[misc]
    """A called process or an embedded subprocess; `host` is its position in the caller."""

    top_workflow: CaseWorkflow
    host: CaseTask

    def __init__(self, spec: Any, host: CaseTask) -> None:
        """An empty tree below a host position."""
        self.host = host
        self.live = {}
        self.where = str(host.internal_data["path"])
        super().__init__(spec, host.id, host.workflow.top_workflow, deserializing=True)
        self.top_workflow.subprocesses[host.id] = self

    @property
    def parent_workflow(self) -> CaseWorkflow | CalledWorkflow:
        """The workflow that the host stands in."""
        return self.host.workflow

    def _calculate_depth(self) -> int:
        """Levels below the case's root process."""
        return int(self.host.workflow.depth) + 1
