"""Errors and escalations: from where they are thrown outwards, to the first event that catches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.cancel import cancel, cancel_others
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.spec.base import DialectSpec
    from engine.bpmn.tree import CaseTask


def throw_code(task: CaseTask, kind: str, code: str, payload: dict[str, object]) -> None:
    """Throw an "error" or "escalation" outwards; raises StepFailed for an error that nobody catches."""
    if not _climb(task, kind, code, payload) and kind == "error":
        raise StepFailed(task.task_spec.element.id, f'the error "{code}" was raised and nothing catches it')


def job_errored(task: CaseTask, code: str, message: str) -> None:
    """A handler reported a business error for a job: its own border first, then outwards."""
    payload: dict[str, object] = {"errorCode": code, "errorMessage": message}
    if _border(task, "error", code, payload) or _climb(task, "error", code, payload):
        return
    said = f" ({message})" if message else ""
    raise StepFailed(task.task_spec.element.id, f'its handler reported "{code}"{said} and nothing catches it')


def _climb(task: CaseTask, kind: str, code: str, payload: dict[str, object]) -> bool:
    """Offer it to each workflow's event subprocesses, then to the border of its host, outwards.

    What an event subprocess throws is for the outside, not for its neighbours (BPMN 2.0.2, 13.5.4).
    """
    workflow, from_handler = task.workflow, False
    while True:
        if not from_handler and _inside(workflow.task_tree, kind, code, payload):
            return True
        host = workflow.host
        if host is None:
            return False
        if _border(host, kind, code, payload):
            return True
        workflow, from_handler = host.workflow, host.task_spec.is_triggered


def _border(host: CaseTask, kind: str, code: str, payload: dict[str, object]) -> bool:
    """Catch on the border of an activity (of the whole loop, for one of its instances)."""
    if "loop" in host.internal_data:
        host = host.parent
    specs = host.workflow.spec.task_specs
    spec = _match([specs[name] for name in host.task_spec.boundaries], kind, code)
    if spec is None:
        return False
    caught = host.parent._add_child(spec)
    caught.fresh = payload if spec.element.outputs else None
    if spec.element.trigger.interrupting:
        cancel(host)
    host.workflow.top_workflow.run.record.passed("entered", caught)
    caught._ready()
    return True


def _inside(root: CaseTask, kind: str, code: str, payload: dict[str, object]) -> bool:
    """Catch with an event subprocess of the workflow."""
    spec = _match(root.workflow.spec.watches, kind, code)
    if spec is None:
        return False
    caught = root._add_child(spec)
    caught.fresh = payload if spec.element.outputs else None
    if spec.element.trigger.interrupting:
        cancel_others(caught)
    caught._ready()
    return True


def _match(specs: list[DialectSpec], kind: str, code: str) -> DialectSpec | None:
    """The event for exactly this code, else the one that catches every code."""
    fitting = [s for s in specs if s.element.trigger.kind == kind and s.element.trigger.code in (code, "")]
    return max(fitting, key=lambda spec: spec.element.trigger.code == code, default=None)
