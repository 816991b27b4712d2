"""Decisions: a business rule task asks a table of the pack, and the trace of the answer is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.dialect.element import Decision
from engine.bpmn.scopes import View
from engine.dmn import DecisionError, evaluate
from engine.feel import FeelError
from engine.model.errors import StepFailed
from engine.model.outcome import DecisionMade

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


def decide(run: Run, task: CaseTask) -> None:
    """Evaluate the task's table over the variables it can read; the result is written on leaving."""
    element = task.task_spec.element
    called = element.decision or Decision("", "")
    model = run.definitions.decisions.get(called.decision_id)
    if model is None:
        raise StepFailed(element.id, f'there is no table "{called.decision_id}"')
    inputs = dict(View(run.scopes, task.path, run.given))
    try:
        made = evaluate(model, called.decision_id, inputs, functions=run.functions, now=run.local_now)
    except (DecisionError, FeelError) as wrong:
        raise StepFailed(element.id, f'the table "{called.decision_id}" gives no answer: {wrong}') from wrong
    run.raise_if_deadline_failed(element.id)
    run.record.decisions.append(
        DecisionMade(
            element.id,
            element.process_id,
            task.workflow.where,
            called.decision_id,
            called.variable,
            made.result,
            made.trace.to_json(),
        )
    )
    task.fresh = {called.variable: made.result}
