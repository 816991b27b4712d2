"""Events that wait and events that throw; boundary events and the triggers of event subprocesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.armed import arm, rearmed
from engine.bpmn.cancel import cancel, cancel_others
from engine.bpmn.mappings import payload_of
from engine.bpmn.messages import throw_message
from engine.bpmn.spec.base import DialectSpec, run_of
from engine.bpmn.throwing import throw_code

if TYPE_CHECKING:
    from engine.bpmn.tree import CaseTask


class StartEvent(DialectSpec):
    """Where a process begins; the start of an event subprocess has been triggered by then."""


class Catching(DialectSpec):
    """Waits for a message or a timer."""

    def arm(self, task: CaseTask) -> None:
        """Wait from now on."""
        arm(run_of(task), task)

    def fire(self, task: CaseTask, payload: dict[str, object] | None = None) -> None:
        """What it waited for happened, with this payload."""
        task.fresh = payload
        self.fired(task)

    def fired(self, task: CaseTask) -> None:
        """Let the token go on."""
        task._ready()


class CatchEvent(Catching):
    """An intermediate catch event or a receive task."""

    @property
    def shown_as(self) -> str:  # type: ignore[override]
        """A token waits here for a timer or a message."""
        return self.element.trigger.kind

    def begin(self, task: CaseTask) -> bool:
        """A link's target has nothing to wait for."""
        if self.element.trigger.kind == "link":
            return True
        self.arm(task)
        return False

    def has_entered(self, task: CaseTask) -> bool:
        """Not while it is one of several behind an event-based gateway."""
        return "race" not in task.internal_data

    def fired(self, task: CaseTask) -> None:
        """Win the race, if there is one, and go on."""
        if "race" in task.internal_data:
            task.parent.task_spec.won(task.parent, task)
        task._ready()


class BoundaryEvent(Catching):
    """On the border of an activity; while armed its token is a child of its host."""

    def keeps_alive(self, task: CaseTask) -> bool:
        """Only once it has fired."""
        return self.has_entered(task)

    def has_entered(self, task: CaseTask) -> bool:
        """Only once it has fired."""
        return bool(task.state != TaskState.WAITING)

    def fired(self, task: CaseTask) -> None:
        """Leave the host, interrupting it or arming the next one."""
        host = task.parent
        task.move_under(host.parent)
        task._set_state(TaskState.FUTURE)
        if self.element.trigger.interrupting:
            cancel(host)
        else:
            rearmed(run_of(task), task, host)
        run_of(task).record.passed("entered", task)
        task._ready()


class Watch(Catching):
    """The armed trigger of an event subprocess."""

    def keeps_alive(self, task: CaseTask) -> bool:
        """Only once it has fired."""
        return bool(task.state != TaskState.WAITING)

    def has_entered(self, task: CaseTask) -> bool:
        """Never: the subprocess does."""
        del task
        return False

    def fired(self, task: CaseTask) -> None:
        """Start the subprocess, in place of everything else when it interrupts."""
        root = task.workflow.task_tree
        if self.element.trigger.interrupting:
            cancel_others(task)
        else:
            rearmed(run_of(task), task, root)
        task._ready()


class ThrowEvent(DialectSpec):
    """An intermediate throw event: a message, an escalation, a link or nothing."""

    def work(self, task: CaseTask) -> bool | None:
        """Throw what it carries."""
        trigger = self.element.trigger
        if trigger.kind == "message":
            throw_message(task, trigger.name, payload_of(task))
        elif trigger.kind == "escalation":
            throw_code(task, "escalation", trigger.code, payload_of(task))
        return True


def _ends_the_case(task: CaseTask) -> bool:
    """Whether an end stands in the root process, or in an event subprocess of it."""
    host = task.workflow.host
    while host is not None and host.task_spec.is_triggered:
        host = host.workflow.host
    return host is None


class EndEvent(ThrowEvent):
    """Where a token ends, perhaps with a message, an error, an escalation, or the whole process."""

    def work(self, task: CaseTask) -> bool | None:
        """End, and take the others along when it terminates."""
        run, kind = run_of(task), self.element.trigger.kind
        if _ends_the_case(task):
            run.ends = [*(one for one in run.ends if one != self.element.id), self.element.id]
        if kind == "error":
            throw_code(task, "error", self.element.trigger.code, payload_of(task))
        elif kind == "terminate":
            cancel_others(task)
        return super().work(task)
